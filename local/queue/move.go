package queue

import (
	"encoding/base64"
	"encoding/json"
	"time"
)

// The states of a moveTask, in the protocol's words.
const (
	moveRunning   = "RUNNING"
	moveCompleted = "COMPLETED"
	moveCancelled = "CANCELLED"
	moveFailed    = "FAILED"
)

// keptMoves is how many tasks of a queue are remembered.
const keptMoves = 10

// moveTask moves the messages of a dead-letter queue to where they came from,
// or to another queue, until none is visible. It runs by a timer, a few
// messages under each lock. Its fields are guarded by the service's lock.
//
// A message is in exactly one of the two queues at any time: what cannot be
// moved stays, and ends the task.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
type moveTask struct {
	id     string
	from   *Queue
	to     string // ARN; empty: each message's own former queue
	rate   int    // messages a second; 0: as fast as it goes
	status string
	reason string // why it failed
	begun  time.Time
	moved  int
	toMove int // when it began
}

// movesAtOnce is how many messages are moved under one lock.
const movesAtOnce = 100

// pace is how many messages to move at a time, and how long to wait then.
func (t *moveTask) pace() (most int, pause time.Duration) {
	if t.rate == 0 {
		return movesAtOnce, 0
	}
	most = max(1, t.rate/10)
	return most, time.Duration(most) * time.Second / time.Duration(t.rate)
}

// step moves a few messages and comes back for more.
func (t *moveTask) step() {
	now, err := t.from.enter()
	defer t.from.service.leave()
	if err != nil || t.status != moveRunning {
		return // the queue is gone, or the task was cancelled
	}
	most, pause := t.pace()
	for range most {
		m := t.from.order.next(nil)
		if m == nil {
			t.status = moveCompleted
			return
		}
		to, reason := t.destination(m)
		if to == nil {
			t.status, t.reason = moveFailed, reason
			return
		}
		t.from.relocate(m, to, now)
		t.moved++
	}
	time.AfterFunc(pause, t.step)
}

// destination is the queue for a message, or the reason why there is none.
func (t *moveTask) destination(m *message) (*Queue, string) {
	arn := t.to
	if arn == "" {
		arn = m.source
	}
	to := t.from.service.queues[nameOfARN(arn)]
	size := (&Outgoing{Body: m.body, Attributes: m.attributes}).size()
	switch {
	case arn == "": // it was sent here, and never moved
		return nil, "CouldNotDetermineMessageSource"
	case to == nil:
		return nil, "AWS.SimpleQueueService.NonExistentQueue"
	case size > to.settings.maxBytes:
		return nil, "InvalidParameterValue"
	}
	return to, ""
}

// relocate moves a visible message, as a new one with another ID and no
// receives. In a FIFO queue it keeps its group, and is not taken for a
// repetition of what it once was.
func (q *Queue) relocate(m *message, to *Queue, now time.Time) {
	q.drop(m)
	moved := *m.content // receivers may be reading the old one
	moved.id, moved.source = newID(), ""
	to.admit(&moved, now)
	to.deliver(&message{content: &moved}, nil, now)
}

// taskHandle is what a task's handle says, in base64.
type taskHandle struct {
	TaskID    string `json:"taskId"`
	SourceARN string `json:"sourceArn"`
}

func (t *moveTask) handle() string {
	text, _ := json.Marshal(taskHandle{t.id, t.from.arn}) // two strings
	return base64.StdEncoding.EncodeToString(text)
}

func parseTaskHandle(handle string) (h taskHandle, ok bool) {
	text, err := base64.StdEncoding.DecodeString(handle)
	return h, err == nil && json.Unmarshal(text, &h) == nil && h.TaskID != ""
}
