package queue

import "container/heap"

// sorted keeps messages in an order. The first is available at once, and any can be
// removed without a search, because each knows its index. Nearly all messages are
// added in order and removed in almost the same order. They are in a run, which is
// cheap. Only those that are added out of order go into a heap.
//
// A message may be in several of these, each with a separate index.
type sorted struct {
	before func(a, b *message) bool
	index  func(*message) *int // in the heap, or ^ that in the run

	run   []*message // in order; nil where one was removed, but not at the ends
	start int        // how many were removed from the beginning of the run
	gaps  int        // how many in the run are nil
	heap  messageHeap
}

func newSorted(before func(a, b *message) bool, index func(*message) *int) *sorted {
	return &sorted{before: before, index: index, heap: messageHeap{before: before, index: index}}
}

// Len returns the number of messages.
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
	*s.index(m) = ^(s.start + len(s.run))
	s.run = append(s.run, m)
}

func (s *sorted) remove(m *message) {
	at := *s.index(m)
	if at >= 0 {
		s.heap.remove(m)
		return
	}
	s.run[^at-s.start] = nil
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

// close closes the gaps. There have been as many removals since the last time as
// messages are moved now, so each removal pays for one.
func (s *sorted) close() {
	run := make([]*message, 0, len(s.run))
	for _, m := range s.run {
		if m != nil {
			*s.index(m) = ^(s.start + len(run))
			run = append(run, m)
		}
	}
	s.run, s.gaps = run, 0
}

// The orders, and the indexes that belong to them.

func dueFirst(a, b *message) bool {
	return a.due.Before(b.due) || a.due.Equal(b.due) && a.number < b.number
}
func sentFirst(a, b *message) bool   { return a.sent.Before(b.sent) }
func numberFirst(a, b *message) bool { return a.number < b.number }

func timerIndex(m *message) *int { return &m.timerIndex }
func ageIndex(m *message) *int   { return &m.ageIndex }
func groupIndex(m *message) *int { return &m.groupIndex }

// messageHeap is a heap of messages that know their indexes in it.
type messageHeap struct {
	messages []*message
	before   func(a, b *message) bool
	index    func(*message) *int
}

func (h *messageHeap) first() *message {
	if len(h.messages) == 0 {
		return nil
	}
	return h.messages[0]
}

func (h *messageHeap) add(m *message)    { heap.Push(h, m) }
func (h *messageHeap) remove(m *message) { heap.Remove(h, *h.index(m)) }

// Len, Less, Swap, Push and Pop are for container/heap.
func (h *messageHeap) Len() int           { return len(h.messages) }
func (h *messageHeap) Less(i, j int) bool { return h.before(h.messages[i], h.messages[j]) }

func (h *messageHeap) Swap(i, j int) {
	h.messages[i], h.messages[j] = h.messages[j], h.messages[i]
	*h.index(h.messages[i]), *h.index(h.messages[j]) = i, j
}

func (h *messageHeap) Push(x any) {
	m := x.(*message)
	*h.index(m) = len(h.messages)
	h.messages = append(h.messages, m)
}

func (h *messageHeap) Pop() any {
	last := len(h.messages) - 1
	m := h.messages[last]
	h.messages[last] = nil // so that the garbage collector can free it
	h.messages = h.messages[:last]
	return m
}
