package queue

import (
	"container/heap"
	"time"
)

// messageHeap keeps messages so that the first is at hand. Every message knows
// its place in it, so that any can be removed without a search.
type messageHeap struct {
	messages []*message
	before   func(a, b *message) bool
	place    func(*message) *int
}

func (h *messageHeap) first() *message {
	if len(h.messages) == 0 {
		return nil
	}
	return h.messages[0]
}

func (h *messageHeap) add(m *message)    { heap.Push(h, m) }
func (h *messageHeap) remove(m *message) { heap.Remove(h, *h.place(m)) }

// Len, Less, Swap, Push and Pop are for container/heap.
func (h *messageHeap) Len() int           { return len(h.messages) }
func (h *messageHeap) Less(i, j int) bool { return h.before(h.messages[i], h.messages[j]) }

func (h *messageHeap) Swap(i, j int) {
	h.messages[i], h.messages[j] = h.messages[j], h.messages[i]
	*h.place(h.messages[i]), *h.place(h.messages[j]) = i, j
}

func (h *messageHeap) Push(x any) {
	m := x.(*message)
	*h.place(m) = len(h.messages)
	h.messages = append(h.messages, m)
}

func (h *messageHeap) Pop() any {
	last := len(h.messages) - 1
	m := h.messages[last]
	h.messages[last] = nil // or it would be kept from being collected
	h.messages = h.messages[:last]
	return m
}

func dueFirst(a, b *message) bool {
	return a.due.Before(b.due) || a.due.Equal(b.due) && a.number < b.number
}
func sentFirst(a, b *message) bool   { return a.sent.Before(b.sent) }
func numberFirst(a, b *message) bool { return a.number < b.number }

func timerPlace(m *message) *int { return &m.timer }
func agePlace(m *message) *int   { return &m.age }
func groupPlace(m *message) *int { return &m.place }

// expiry is when a message sent at a time has been kept long enough.
func (q *Queue) expiry(m *message) time.Time { return m.sent.Add(q.settings.retention) }
