package queue

import "time"

// Stats counts a queue's messages. They are exact.
type Stats struct {
	Visible  int // can be received now
	InFlight int // received, and not visible until a timeout runs out
	Delayed  int // not visible yet for the first time
	// Arrived counts all that ever came in, from senders and from queues that
	// this one is the dead-letter queue of.
	Arrived int64
	// Due is when the first of those in flight or delayed becomes visible by
	// itself; zero where there are none.
	Due time.Time
}

// Snapshot counts all queues' messages by the queues' names, at one moment: a
// message that is on its way from one state or queue to another is counted
// exactly once.
func (s *Service) Snapshot() map[string]Stats {
	now := s.enter()
	defer s.leave()
	all := make(map[string]Stats, len(s.queues))
	for name, q := range s.queues {
		q.advance(now)
		all[name] = q.stats()
	}
	return all
}

// stats counts what advance has brought up to date; the lock is held.
func (q *Queue) stats() Stats {
	now := Stats{Visible: q.counts[visible], InFlight: q.counts[inFlight], Delayed: q.counts[delayed], Arrived: q.arrived}
	if m := q.timers.first(); m != nil {
		now.Due = m.due
	}
	return now
}

// A Watch tells that counts may have changed; see [Service.Watch].
type Watch struct {
	// C gets a value after one or more changes, also those that time brings.
	C       <-chan struct{}
	c       chan struct{}
	service *Service
}

// Watch starts watching the counts of all queues. Stop must be called.
func (s *Service) Watch() *Watch {
	c := make(chan struct{}, 1)
	w := &Watch{C: c, c: c, service: s}
	s.enter()
	defer s.leave()
	s.watchers[w] = true
	for _, q := range s.queues {
		s.touch(q) // arms its alarm
	}
	return w
}

// Stop ends the watch. C is not closed.
func (w *Watch) Stop() {
	w.service.enter()
	defer w.service.leave()
	delete(w.service.watchers, w)
}

// notify tells all watchers; the lock is held.
func (s *Service) notify() {
	for w := range s.watchers {
		select {
		case w.c <- struct{}{}:
		default: // it has not looked at the last change yet
		}
	}
}
