package queue

import "time"

// store holds the messages of one queue: by number, by state, by age, and in the
// order in which they are received. It knows neither locks nor settings. The
// service reads the changes before it releases the lock.
type store struct {
	byNumber    map[uint64]*message
	lastNumber  uint64
	counts      [4]int // by state
	arrived     int64
	order       order
	timers      *sorted // in flight and delayed, by when that ends
	ages        *sorted // all, by when they were sent
	maxInFlight int

	changed bool // a count has changed since the lock was taken
	wakeups int  // receivers that may find something since the lock was taken
}

// Stats counts a queue's messages. They are exact.
type Stats struct {
	Visible  int // can be received now
	InFlight int // received, and not visible until a timeout runs out
	Delayed  int // not visible yet for the first time
	// Arrived counts all that ever came in, from senders and from queues that
	// this one is the dead-letter queue of.
	Arrived int64
	// Due is when the first of those in flight or delayed becomes visible by
	// itself; zero if there are none.
	Due time.Time
}

// stats counts what advance has brought up to date.
func (s *store) stats() Stats {
	return Stats{Visible: s.counts[visible], InFlight: s.counts[inFlight], Delayed: s.counts[delayed], Arrived: s.arrived, Due: s.due()}
}

// maxInFlight is how many messages of a queue may be in flight.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
const maxInFlight = 120_000

// An order decides which message is received next.
type order interface {
	// changed is called after every change of a message's state. It reports whether
	// there may be more to receive than before.
	changed(m *message, from state) bool
	// next returns the message to receive after last, which the same call has
	// received and may be nil. It is nil where there is none.
	next(last *message) *message
}

// put brings a message into a state. It is the only way from one state to
// another, so the counts always add up to the number of messages. In the states
// that end by themselves, m.due must be the end.
func (s *store) put(m *message, to state) {
	from := m.state
	if from.timed() {
		s.timers.remove(m)
	}
	m.state = to
	if to.timed() {
		s.timers.add(m)
	}
	wasFull := s.full()
	s.counts[from]--
	s.counts[to]++
	if s.order.changed(m, from) || wasFull && from == inFlight {
		s.wakeups++
	}
	s.changed = true
}

// add adds a new message: visible, or delayed until m.due.
func (s *store) add(m *message, to state) {
	s.byNumber[m.number] = m
	s.ages.add(m)
	s.arrived++
	s.put(m, to)
}

// remove removes a message for good.
func (s *store) remove(m *message) {
	s.put(m, absent)
	s.ages.remove(m)
	delete(s.byNumber, m.number)
}

// clear removes all messages at once, and all lists with their gaps.
func (s *store) clear(fifo bool) {
	s.byNumber = map[uint64]*message{}
	s.counts = [4]int{}
	s.timers, s.ages = newSorted(dueFirst, timerIndex), newSorted(sentFirst, ageIndex)
	s.order = &standardOrder{}
	if fifo {
		s.order = newFIFOOrder()
	}
	s.changed = true
}

// advance applies the passage of time: delays and timeouts that ended, and messages
// that reached the retention period.
func (s *store) advance(now time.Time, retention time.Duration) {
	for m := s.timers.first(); m != nil && !m.due.After(now); m = s.timers.first() {
		s.put(m, visible)
	}
	for m := s.ages.first(); m != nil && !m.sent.Add(retention).After(now); m = s.ages.first() {
		s.remove(m)
	}
}

// nextChange is when advance will next have something to do, or zero.
func (s *store) nextChange(retention time.Duration) time.Time {
	at := s.due()
	if m := s.ages.first(); m != nil {
		if expiry := m.sent.Add(retention); at.IsZero() || expiry.Before(at) {
			at = expiry
		}
	}
	return at
}

// due is when the first message in flight or delayed becomes visible, or zero.
func (s *store) due() time.Time {
	if m := s.timers.first(); m != nil {
		return m.due
	}
	return time.Time{}
}

// full reports whether as many messages are in flight as may be.
func (s *store) full() bool { return s.counts[inFlight] >= s.maxInFlight }

// newNumber numbers the messages that arrive.
func (s *store) newNumber() uint64 {
	s.lastNumber++
	return s.lastNumber
}
