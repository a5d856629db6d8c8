package fault

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// ledger is what really happened: what the queue service took, what handlers
// did, and what was deleted. Nothing in it is the runtime's word.
type ledger struct {
	*plan
	job        job
	stats      *stats
	mu         sync.Mutex
	deliveries map[string]*delivery     // by key
	current    map[*process][]*delivery // that a process works on
	spoiled    map[*process]time.Time   // until when its handlers may fail each other
	items      map[string]*history      // by the item's ID
	order      []string                 // items, as their handlers first ended well
	began      []string                 // items, as their handlers first began
	violations []string
	broken     func() // called at a violation
}

// history is what became of an item, over all messages that carry it.
type history struct {
	queued         bool // it was in a queue that is read
	began, handled bool
	ignored, dead  bool
}

// delivery is one attempt at one message.
type delivery struct {
	step, id, group string
	message         string
	attempt         int
	at              time.Time

	handled   bool
	accepted  map[string]bool // children that SQS took
	confirmed map[string]bool // and said so
	progress  time.Time       // when it was last handled or confirmed
	hurt      bool            // its handler has met with something that may make it fail
	refused   bool            // SQS refused a child for good, or the dead letter
	buried    bool            // SQS has its dead letter
}

func newLedger(j job, s *stats, broken func()) *ledger {
	return &ledger{
		plan: j.weather(), job: j, stats: s, broken: broken, deliveries: map[string]*delivery{},
		current: map[*process][]*delivery{}, spoiled: map[*process]time.Time{}, items: map[string]*history{},
	}
}

// violate notes that a claim does not hold, which ends the world: what comes
// after it may be no more than its consequence. The lock is held.
func (l *ledger) violate(format string, args ...any) {
	l.violations = append(l.violations, fmt.Sprintf(format, args...))
	l.broken()
}

// violation is violate without the lock.
func (l *ledger) violation(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.violate(format, args...)
}

// item is an item's history; the lock is held.
func (l *ledger) item(id string) *history {
	h := l.items[id]
	if h == nil {
		h = &history{}
		l.items[id] = h
	}
	return h
}

// key names a delivery: a message and the how manieth time it was received.
func key(messageID string, attempt int) string { return fmt.Sprintf("%s.%d", messageID, attempt) }

// deliver notes that a message is handed to a process, age after it was sent.
func (l *ledger) deliver(p *process, d *delivery, body string, age time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d.id, d.at = l.job.read(d.step, body).ID, time.Now()
	d.accepted, d.confirmed = map[string]bool{}, map[string]bool{}
	l.deliveries[key(d.message, d.attempt)] = d
	l.current[p] = append(l.current[p], d)
	if wanted := l.job.delay(d.id); wanted > 0 {
		l.stats.add(delayedDeliveries, 1)
		if age < wanted {
			l.violate("%s was delivered %v after it was sent, and is to be delayed by %v", d.id, age, wanted)
		}
	}
}

// leave notes that a process has an invocation's deliveries no more.
func (l *ledger) leave(p *process, batch []*delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.current[p] = slices.DeleteFunc(l.current[p], func(d *delivery) bool { return slices.Contains(batch, d) })
}

// told takes note of what a handler reports.
func (l *ledger) told(what, name string) *delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.deliveries[name]
	switch {
	case what == "late":
		l.violate("generate accepted an item after the deadline of %s", name)
	case d == nil:
		l.violate("a handler speaks of the delivery %q, which never was", name)
	case what == "began":
		if h := l.item(d.id); !h.began {
			h.began = true
			l.began = append(l.began, d.id)
		}
	case what == "handled":
		d.handled, d.progress = true, time.Now()
		if h := l.item(d.id); !h.handled {
			h.handled = true
			l.order = append(l.order, d.id)
		}
	}
	return d
}

// spoil lets all handlers fail that a process runs, for a while.
func (l *ledger) spoil(p *process, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spoiled[p] = time.Now().Add(d)
	for _, d := range l.current[p] {
		d.hurt = true
	}
}

// hurt lets the handlers fail that a process runs for the items with a prefix.
func (l *ledger) hurt(p *process, prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, d := range l.current[p] {
		if strings.HasPrefix(d.id, prefix) {
			d.hurt = true
		}
	}
}
