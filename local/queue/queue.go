package queue

import (
	"container/list"
	"time"
)

// A Queue is one queue of a [Service]; see [Service.Create]. Its methods may be
// called by several goroutines at a time.
type Queue struct {
	service        *Service
	name, url, arn string
	fifo           bool
	created        time.Time
	salt           uint64 // marks the queue's receipt handles
	mostInFlight   int

	// All that follows is guarded by the service's lock.
	modified   time.Time
	attributes map[string]string // as they were given
	settings   settings          // the same, parsed
	tags       map[string]string
	gone       bool
	purged     time.Time

	messages   map[uint64]*message // by number
	lastNumber uint64
	counts     [4]int // by state
	arrived    int64
	order      order              // of those to be received
	timers     *sorted            // in flight and delayed, by when that ends
	ages       *sorted            // all, by when they were sent
	recent     recent[*firstSent] // by deduplication ID
	attempts   recent[*attempt]   // by ReceiveRequestAttemptId
	moves      []*moveTask        // the last ones, in the order of their beginning

	waiters list.List // of *waiter: receivers with nothing to receive
	fresh   int       // how many of them have something to receive now
	touched bool      // will be settled
	alarm   *time.Timer
	alarmAt time.Time // zero while it is not set
}

// Name is the queue's name; a FIFO queue's ends in ".fifo".
func (q *Queue) Name() string { return q.name }

// URL is what clients call the queue.
func (q *Queue) URL() string { return q.url }

// ARN is the queue's Amazon resource name.
func (q *Queue) ARN() string { return q.arn }

// FIFO tells whether the queue keeps the order of its message groups.
func (q *Queue) FIFO() bool { return q.fifo }

// state is where a message is between arriving and leaving.
type state uint8

const (
	absent state = iota
	visible
	inFlight
	delayed
)

func (s state) timed() bool   { return s == inFlight || s == delayed }
func (s state) waiting() bool { return s == visible || s == delayed }

// An order decides which message is received next.
type order interface {
	// changed is told of every change of a message's state, after it, and tells
	// whether there may be more to receive than before.
	changed(m *message, from state) bool
	// next returns the message to receive after last, which the same call has
	// received and may be nil. It is nil where there is none.
	next(last *message) *message
}

// enter takes the lock and brings the queue up to date. The lock is to be given
// back with the service's leave in any case.
func (q *Queue) enter() (time.Time, error) {
	now := q.service.enter()
	switch {
	case q.service.closed:
		return now, errClosed
	case q.gone:
		return now, errNoQueue
	}
	q.advance(now)
	return now, nil
}

// advance does what time has brought: delays and timeouts that ran out, and
// messages that were kept long enough.
func (q *Queue) advance(now time.Time) {
	for m := q.timers.first(); m != nil && !m.due.After(now); m = q.timers.first() {
		q.put(m, visible)
	}
	for m := q.ages.first(); m != nil && !q.expiry(m).After(now); m = q.ages.first() {
		q.drop(m)
	}
}

// put brings a message into a state. It is the only way from one to another, so
// the counts are always the sum of what is there. In the states that end by
// themselves, m.due must say when.
func (q *Queue) put(m *message, to state) {
	from := m.state
	if from.timed() {
		q.timers.remove(m)
	}
	m.state = to
	if to.timed() {
		q.timers.add(m)
	}
	atLimit := q.counts[inFlight] >= q.mostInFlight
	q.counts[from]--
	q.counts[to]++
	if q.order.changed(m, from) || atLimit && from == inFlight {
		q.fresh++
	}
	q.service.changed = true
	q.service.touch(q)
}

// arrive takes a message in: visible, or delayed until m.due.
func (q *Queue) arrive(m *message, to state) {
	q.messages[m.number] = m
	q.ages.add(m)
	q.arrived++
	q.put(m, to)
}

// drop takes a message out for good.
func (q *Queue) drop(m *message) {
	q.put(m, absent)
	q.ages.remove(m)
	delete(q.messages, m.number)
}

// clear drops all messages at once. What they have left in their former heaps
// and lists goes with these.
func (q *Queue) clear() {
	q.messages = map[uint64]*message{}
	q.counts = [4]int{}
	q.timers, q.ages = newSorted(dueFirst, timerPlace), newSorted(sentFirst, agePlace)
	q.order = &standard{}
	if q.fifo {
		q.order = newGroups()
	}
	q.service.changed = true
	q.service.touch(q)
}

// number counts the messages that arrive.
func (q *Queue) number() uint64 {
	q.lastNumber++
	return q.lastNumber
}
