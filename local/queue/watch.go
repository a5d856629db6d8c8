package queue

// Snapshot counts all queues' messages by the queues' names, at one moment: a
// message that is on its way from one state or queue to another is counted
// exactly once.
func (s *Service) Snapshot() map[string]Stats {
	now := s.lock()
	defer s.unlock()
	all := make(map[string]Stats, len(s.queues))
	for name, q := range s.queues {
		q.advance(now)
		all[name] = q.messages.stats()
	}
	return all
}

// A Watch reports that counts may have changed; see [Service.Watch].
type Watch struct {
	// C gets a value after one or more changes, including those that time brings.
	C       <-chan struct{}
	c       chan struct{}
	service *Service
}

// Watch starts watching the counts of all queues. Stop must be called.
func (s *Service) Watch() *Watch {
	c := make(chan struct{}, 1)
	s.lock()
	defer s.unlock()
	s.watchers[c] = true
	for _, q := range s.queues {
		s.touch(q) // sets its alarm
	}
	return &Watch{C: c, c: c, service: s}
}

// Stop ends the watch. C is not closed.
func (w *Watch) Stop() {
	w.service.lock()
	defer w.service.unlock()
	delete(w.service.watchers, w.c)
}
