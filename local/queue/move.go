package queue

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// Move describes a message move task; see [Service.StartMove].
type Move struct {
	Handle        string // empty unless the task is running
	Status        string // RUNNING, COMPLETED, CANCELLED or FAILED
	Source        string // ARN
	Destination   string // ARN; empty: each message's former queue
	Rate          int    // messages a second; 0: as fast as it goes
	Moved         int
	ToMove        int // when it began
	FailureReason string
	Started       time.Time
}

const (
	moveRunning   = "RUNNING"
	moveCompleted = "COMPLETED"
	moveCancelled = "CANCELLED"
	moveFailed    = "FAILED"
)

// MaxMoves is how many tasks of a queue are remembered.
const MaxMoves = 10

// moveTask moves the messages of a dead-letter queue to their source queues, or
// to another queue, until none is visible. It runs by a timer, a few messages
// under each lock. The service's lock guards its fields.
//
// A message is in exactly one of the two queues at any time: a message that
// cannot be moved stays, and ends the task.
type moveTask struct {
	Move
	id   string
	from *Queue
}

// StartMove starts a task that moves the messages of a dead-letter queue, given by
// its ARN, to a destination, or to each message's former queue if that is empty.
// The rate is in messages a second; 0 is as fast as it goes. It returns the task's
// handle.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
func (s *Service) StartMove(source, destination string, rate int) (handle string, err error) {
	now := s.lock()
	defer s.unlock()
	from, err := s.byARN(source, "SourceArn")
	if err != nil {
		return "", err
	}
	if err := s.checkMove(from, destination); err != nil {
		return "", err
	}
	from.advance(now)
	t := &moveTask{id: NewID(), from: from}
	t.Move = Move{
		Handle: t.handle(), Status: moveRunning, Source: source, Destination: destination, Rate: rate,
		ToMove: from.messages.counts[visible], Started: now,
	}
	from.moves = append(from.moves, t)
	from.moves = from.moves[max(0, len(from.moves)-MaxMoves):]
	time.AfterFunc(0, t.step)
	return t.Handle, nil
}

// CancelMove cancels a running task, and returns how many messages it has moved.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html
func (s *Service) CancelMove(handle string) (moved int, err error) {
	h, ok := parseTaskHandle(handle)
	switch {
	case handle == "":
		return 0, sqserr.Missing("TaskHandle")
	case !ok:
		return 0, sqserr.New(sqserr.InvalidParameterValue, "Value for parameter TaskHandle is invalid.")
	}
	s.lock()
	defer s.unlock()
	from, err := s.byARN(h.SourceARN, "SourceArn")
	if err != nil {
		return 0, err
	}
	for _, t := range from.moves {
		if t.id == h.TaskID && t.Status == moveRunning {
			t.end(moveCancelled, "")
			return t.Moved, nil
		}
	}
	return 0, sqserr.New(sqserr.ResourceNotFound, "Task does not exist.")
}

// Moves returns up to n of a queue's tasks, the latest first. The queue is given
// by its ARN.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html
func (s *Service) Moves(source string, n int) ([]Move, error) {
	s.lock()
	defer s.unlock()
	from, err := s.byARN(source, "SourceArn")
	if err != nil {
		return nil, err
	}
	var moves []Move
	for _, t := range slices.Backward(from.moves) {
		if len(moves) < n {
			moves = append(moves, t.Move)
		}
	}
	return moves, nil
}

// byARN returns the queue with an ARN; the lock is held.
func (s *Service) byARN(arn, parameter string) (*Queue, error) {
	switch q := s.queues[nameOfARN(arn)]; {
	case s.closed:
		return nil, errClosed
	case arn == "":
		return nil, sqserr.Missing(parameter)
	case q == nil || q.arn != arn:
		return nil, sqserr.New(sqserr.ResourceNotFound, "The resource that you specified for the %s parameter doesn't exist.", parameter)
	default:
		return q, nil
	}
}

// checkMove refuses an invalid task; the lock is held.
func (s *Service) checkMove(from *Queue, destination string) error {
	if destination != "" {
		to, err := s.byARN(destination, "DestinationArn")
		switch {
		case err != nil:
			return err
		case to == from:
			return sqserr.New(sqserr.InvalidParameterValue, "Source queue arn and destination queue arn cannot be the same.")
		case to.fifo != from.fifo:
			return sqserr.New(sqserr.InvalidParameterValue, "Source queue and destination queue must be of the same type.")
		}
	}
	if !isDeadLetterQueue(from) {
		return sqserr.New(sqserr.InvalidParameterValue, "Source queue must be configured as a Dead Letter Queue.")
	}
	if slices.ContainsFunc(from.moves, func(t *moveTask) bool { return t.Status == moveRunning }) {
		return sqserr.New(sqserr.InvalidParameterValue, "There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
	}
	return nil
}

// movesAtOnce is how many messages are moved under one lock.
const movesAtOnce = 100

// pace is how many messages to move at a time, and how long to pause then.
func (t *moveTask) pace() (messages int, pause time.Duration) {
	if t.Rate == 0 {
		return movesAtOnce, 0
	}
	messages = max(1, t.Rate/10)
	return messages, time.Duration(messages) * time.Second / time.Duration(t.Rate)
}

// step moves a few messages, and schedules itself again if there may be more.
func (t *moveTask) step() {
	now, err := t.from.lock()
	defer t.from.service.unlock()
	if err != nil || t.Status != moveRunning {
		return // the queue is gone, or the task was cancelled
	}
	messages, pause := t.pace()
	for range messages {
		m := t.from.messages.order.next(nil)
		if m == nil {
			t.end(moveCompleted, "")
			return
		}
		to, reason := t.destination(m)
		if to == nil {
			t.end(moveFailed, reason)
			return
		}
		relocate(m, t.from, to, now)
		t.Moved++
	}
	time.AfterFunc(pause, t.step)
}

func (t *moveTask) end(status, reason string) {
	t.Handle, t.Status, t.FailureReason = "", status, reason
}

// destination is the queue for a message, or the reason why there is none.
func (t *moveTask) destination(m *message) (*Queue, string) {
	arn := t.Destination
	if arn == "" {
		arn = m.source
	}
	to := t.from.service.queues[nameOfARN(arn)]
	size := (&Outgoing{Body: m.body, Attributes: m.attributes}).size()
	switch {
	case arn == "": // it was sent to the dead-letter queue itself
		return nil, "CouldNotDetermineMessageSource"
	case to == nil:
		return nil, "AWS.SimpleQueueService.NonExistentQueue"
	case size > to.settings.maxBytes:
		return nil, "InvalidParameterValue"
	}
	return to, ""
}

// relocate moves a visible message, as a new one with another ID and no receives.
// In a FIFO queue it keeps its group, and does not count as a repetition of the
// original message.
func relocate(m *message, from, to *Queue, now time.Time) {
	from.messages.remove(m)
	moved := *m.content // receivers may be reading the old one
	moved.id, moved.source = NewID(), ""
	to.admit(&moved, now)
	to.arriveDelayed(&message{content: &moved}, nil, now)
}

// taskHandle is the content of a task's handle, which is in Base64.
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
