package queue

// sorted keeps messages so that the first is at hand, and any can be taken out
// without a search: each knows its place. Nearly all come in order, as time
// goes on, and leave much in the same order; they stand in a run, which costs
// next to nothing. Only those that come out of order go into a heap.
//
// A message may be in several of these, each with a place of its own.
type sorted struct {
	before func(a, b *message) bool
	place  func(*message) *int // the index in the heap, or ^ that in the run

	run   []*message // in order; nil where one was taken out, but not at the ends
	start int        // how many have left the run's beginning for good
	gaps  int        // how many in the run are nil
	heap  messageHeap
}

func newSorted(before func(a, b *message) bool, place func(*message) *int) *sorted {
	return &sorted{before: before, place: place, heap: messageHeap{before: before, place: place}}
}

// Len is how many there are.
func (s *sorted) Len() int { return len(s.run) - s.gaps + s.heap.Len() }

func (s *sorted) first() *message {
	inHeap := s.heap.first()
	if len(s.run) == 0 || inHeap != nil && s.before(inHeap, s.run[0]) {
		return inHeap
	}
	return s.run[0]
}

func (s *sorted) add(m *message) {
	if last := len(s.run) - 1; last >= 0 && s.before(m, s.run[last]) {
		s.heap.add(m)
		return
	}
	*s.place(m) = ^(s.start + len(s.run))
	s.run = append(s.run, m)
}

func (s *sorted) remove(m *message) {
	place := *s.place(m)
	if place >= 0 {
		s.heap.remove(m)
		return
	}
	s.run[^place-s.start] = nil
	s.gaps++
	for len(s.run) > 0 && s.run[0] == nil {
		s.run = s.run[1:]
		s.start++
		s.gaps--
	}
	for len(s.run) > 0 && s.run[len(s.run)-1] == nil {
		s.run = s.run[:len(s.run)-1]
		s.gaps--
	}
	if s.gaps > len(s.run)/2 {
		s.close()
	}
}

// close closes the gaps. There were as many removals since the last time as are
// moved now, so that each pays for one.
func (s *sorted) close() {
	run := make([]*message, 0, len(s.run))
	for _, m := range s.run {
		if m != nil {
			*s.place(m) = ^(s.start + len(run))
			run = append(run, m)
		}
	}
	s.run, s.gaps = run, 0
}
