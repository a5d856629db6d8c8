package fault

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// ledger records the facts: the messages that the queue service accepted, the reports of
// handlers to the test, and the replies that were carried out. Nothing in it comes from the
// runtime.
type ledger struct {
	scenario     *scenario
	job          job
	stats        *stats
	mu           sync.Mutex
	deliveries   map[string]*delivery     // by key
	inProgress   map[*process][]*delivery // that a process is handling
	excusedUntil map[*process]time.Time   // until then, handlers of a process may fail because of each other
	items        map[string]*history      // by ID
	handledOrder []string                 // IDs of items, in the order in which they were first handled
	beganOrder   []string                 // IDs of items, in the order in which their handlers first began
	violations   []string
	onViolation  func() // ends the trial
}

// history is the history of an item, in all messages that carry it.
type history struct {
	queued         bool // SQS accepted it for a consumed step
	began, handled bool
	ignored, dead  bool
}

// delivery is one attempt to handle one message.
type delivery struct {
	step, id, group string
	message         string
	attempt         int
	receivedAt      time.Time

	handled      bool
	accepted     map[string]bool // IDs of generated items that SQS accepted
	confirmed    map[string]bool // the same, if the process could read that in the answer
	lastProgress time.Time       // when it was handled, or a generated item was confirmed
	excused      bool            // something else made its handler fail, or may have
	refused      bool            // SQS refused a generated item, or the dead letter, for good
	deadLettered bool            // SQS accepted its dead letter
}

func newLedger(j job, s *stats, onViolation func()) *ledger {
	return &ledger{
		scenario: j.scenario(), job: j, stats: s, onViolation: onViolation, deliveries: map[string]*delivery{},
		inProgress: map[*process][]*delivery{}, excusedUntil: map[*process]time.Time{}, items: map[string]*history{},
	}
}

// violateLocked notes that a claim does not hold, and ends the trial, because later
// violations may be only consequences. The lock must be held.
func (l *ledger) violateLocked(format string, args ...any) {
	l.violations = append(l.violations, fmt.Sprintf(format, args...))
	l.onViolation()
}

// violate is violateLocked for callers that do not hold the lock.
func (l *ledger) violate(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.violateLocked(format, args...)
}

// historyOf returns the history of an item. The lock must be held.
func (l *ledger) historyOf(id string) *history {
	h := l.items[id]
	if h == nil {
		h = &history{}
		l.items[id] = h
	}
	return h
}

// deliveryKey names a delivery, by the message ID and the receive count.
func deliveryKey(messageID string, attempt int) string {
	return fmt.Sprintf("%s.%d", messageID, attempt)
}

// received notes that a message is handed to a process. age is the time since it was
// sent.
func (l *ledger) received(p *process, d *delivery, body string, age time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d.id, d.receivedAt = l.job.itemOf(d.step, body).ID, time.Now()
	d.accepted, d.confirmed = map[string]bool{}, map[string]bool{}
	l.deliveries[deliveryKey(d.message, d.attempt)] = d
	l.inProgress[p] = append(l.inProgress[p], d)
	if wanted := l.job.delayOf(d.id); wanted > 0 {
		l.stats.add(delayedDeliveries, 1)
		if age < wanted {
			l.violateLocked("%s was delivered %v after it was sent, with a delay of %v", d.id, age, wanted)
		}
	}
}

// finished notes that a process no longer handles a batch.
func (l *ledger) finished(p *process, batch []*delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inProgress[p] = slices.DeleteFunc(l.inProgress[p], func(d *delivery) bool { return slices.Contains(batch, d) })
}

// handlerReported notes the report of a handler about its delivery.
func (l *ledger) handlerReported(what, name string) *delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.deliveries[name]
	switch {
	case what == "late":
		l.violateLocked("generate accepted an item after the deadline of %s", name)
	case d == nil:
		l.violateLocked("a handler reports about the delivery %q, which does not exist", name)
	case what == "began":
		if h := l.historyOf(d.id); !h.began {
			h.began = true
			l.beganOrder = append(l.beganOrder, d.id)
		}
	case what == "handled":
		d.handled, d.lastProgress = true, time.Now()
		if h := l.historyOf(d.id); !h.handled {
			h.handled = true
			l.handledOrder = append(l.handledOrder, d.id)
		}
	}
	return d
}

// excuse allows all handlers of a process to fail, now and for a while.
func (l *ledger) excuse(p *process, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.excusedUntil[p] = time.Now().Add(d)
	for _, d := range l.inProgress[p] {
		d.excused = true
	}
}

// excuseItems allows handlers of a process to fail if the IDs of their items have a
// prefix.
func (l *ledger) excuseItems(p *process, prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.inProgress[p] {
		if strings.HasPrefix(d.id, prefix) {
			d.excused = true
		}
	}
}

// sentMessage is one message of a call to SQS.
type sentMessage struct {
	process     *process
	queue, body string
	original    string // of a dead letter: the ID of the message that it is made of
	attempt     int
}

// originsOf returns the deliveries whose handlers have generated a message. If the
// message does not say, it returns all deliveries in its process that may have.
func (l *ledger) originsOf(s sentMessage) (id string, from []*delivery) {
	step, _ := stepOf(s.queue)
	it := l.job.itemOf(step, s.body)
	if d := l.deliveries[it.By]; d != nil {
		return it.ID, []*delivery{d}
	}
	for _, d := range l.inProgress[s.process] {
		if it.By == "" && l.job.mayGenerate(d.id, it.ID) {
			from = append(from, d)
		}
	}
	return it.ID, from
}

// deadLetterOf reports whether a message is a dead letter, and of which delivery.
func (l *ledger) deadLetterOf(s sentMessage) (d *delivery, dead bool) {
	_, dead = stepOf(s.queue)
	if dead {
		d = l.deliveries[deliveryKey(s.original, s.attempt)]
	}
	return d, dead
}

// accepted notes that SQS has accepted a message.
func (l *ledger) accepted(s sentMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, from := l.originsOf(s)
	if d, dead := l.deadLetterOf(s); dead {
		l.historyOf(id).dead = true
		if d != nil {
			d.deadLettered = true
		}
		return
	}
	step, _ := stepOf(s.queue)
	h := l.historyOf(id)
	for _, s := range l.job.steps() {
		h.queued = h.queued || s.consumed && s.name == step
	}
	for _, d := range from {
		d.accepted[id] = true
	}
}

// confirmed notes that the process can read in an answer that SQS accepted a message.
func (l *ledger) confirmed(s sentMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, from := l.originsOf(s)
	for _, d := range from {
		d.confirmed[id], d.lastProgress = true, time.Now()
	}
}

// refused notes that SQS refused a message in a way that makes retrying useless.
func (l *ledger) refused(s sentMessage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, from := l.originsOf(s)
	if d, dead := l.deadLetterOf(s); dead {
		from = nil
		if d != nil {
			from = []*delivery{d}
		}
	}
	for _, d := range from {
		d.refused = true
	}
}
