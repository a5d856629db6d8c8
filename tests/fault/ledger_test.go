package fault

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
)

// ledger is what really happened: what the queue service took, what handlers
// did, and what was deleted. Nothing in it is the runtime's word.
type ledger struct {
	*plan
	stats      *stats
	mu         sync.Mutex
	deliveries map[string]*delivery // by key
	items      map[string]*history  // by the item's ID
	order      []string             // items, as their handlers first ended well
	began      []string             // items, as their handlers first began
	violations []string
	broken     func() // called at a violation
}

// history is what became of an item, over all messages that carry it.
type history struct {
	queue          string
	began, handled bool
	ignored, dead  bool
}

// delivery is one attempt at one message.
type delivery struct {
	id, group string
	message   string
	attempt   int
	at        time.Time

	handled   bool
	accepted  map[string]bool // children that SQS took
	confirmed map[string]bool // and said so
	progress  time.Time       // when it was last handled or confirmed
	refused   bool            // SQS refused a child for good, or the dead letter
	buried    bool            // SQS has its dead letter
}

func newLedger(p *plan, s *stats, broken func()) *ledger {
	return &ledger{plan: p, stats: s, broken: broken, deliveries: map[string]*delivery{}, items: map[string]*history{}}
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

// read finds out of a message's body which item it carries, and which delivery
// generated it.
func read(body string) item {
	var it item
	if json.Unmarshal([]byte(body), &it) == nil {
		return it
	}
	var text string
	if json.Unmarshal([]byte(body), &text) == nil {
		it.ID, it.By, _ = strings.Cut(text, " ")
	}
	return it
}

// deliver notes that a message is handed to the function.
func (l *ledger) deliver(message, body, group string, attempt int) *delivery {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := &delivery{
		id: read(body).ID, message: message, group: group, attempt: attempt, at: time.Now(),
		accepted: map[string]bool{}, confirmed: map[string]bool{},
	}
	l.deliveries[key(message, attempt)] = d
	return d
}

// told takes note of what a handler reports.
func (l *ledger) told(what, name string) {
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
}

// sent is one message of a call to SQS.
type sent struct {
	queue, body, message string // message: on a dead letter, the one that died
	attempt              int
}

// took takes note of what SQS took.
func (l *ledger) took(s sent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	it := read(s.body)
	if s.queue == deadQueue(l.fifo) {
		l.item(it.ID).dead = true
		if d := l.deliveries[key(s.message, s.attempt)]; d != nil {
			d.buried = true
		}
		return
	}
	l.item(it.ID).queue = s.queue
	if d := l.deliveries[it.By]; d != nil {
		d.accepted[it.ID] = true
	}
}

// confirmed takes note of what SQS answered that it took.
func (l *ledger) confirmed(s sent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	it := read(s.body)
	if d := l.deliveries[it.By]; d != nil {
		d.confirmed[it.ID], d.progress = true, time.Now()
	}
}

// refused takes note of what SQS refused for good.
func (l *ledger) refused(s sent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := read(s.body).By
	if s.queue == deadQueue(l.fifo) {
		name = key(s.message, s.attempt)
	}
	if d := l.deliveries[name]; d != nil {
		d.refused = true
	}
}
