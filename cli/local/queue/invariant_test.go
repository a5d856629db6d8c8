package queue

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

// TestNothingIsLost does thousands of things in random order, and checks after
// each that every message is in one state of one queue and in all lists that it
// belongs in; at the end, that each was deleted or can still be received.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for _, a := range []attrs{nil, {"FifoQueue": "true"}} {
		for seed := range uint64(10) {
			t.Run(fmt.Sprintf("fifo=%t/%d", a != nil, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := &walk{T: t, random: rand.New(rand.NewPCG(seed, 0)), there: map[string]bool{}}
					w.q, w.dead = pair(t, newService(), "4", a)
					for range 2000 {
						w.step()
						w.check(w.q)
						w.check(w.dead)
					}
					w.finish()
				})
			})
		}
	}
}

// walk is a random walk over two queues.
type walk struct {
	*testing.T
	random  *rand.Rand
	q, dead *Queue
	there   map[string]bool // IDs that were sent and not deleted
	taken   []Message
	sent    int
}

func (w *walk) step() {
	switch n := w.random.IntN(10); {
	case n < 4:
		w.send()
	case n < 6:
		w.taken = append(w.taken, receiveFor(w.T, w.q, 1+w.random.IntN(4), 0, time.Duration(w.random.IntN(3)*20)*time.Second)...)
	case n < 7:
		time.Sleep(time.Duration(w.random.IntN(8000)) * time.Millisecond)
	case len(w.taken) == 0:
	case n < 9:
		m := w.taken[w.random.IntN(len(w.taken))]
		_ = w.q.ChangeVisibility(m.ReceiptHandle, time.Duration(w.random.IntN(30))*time.Second) // may be too late
	default:
		w.delete(w.random.IntN(len(w.taken)))
	}
}

func (w *walk) send() {
	w.sent++
	m := Outgoing{Body: fmt.Sprint(w.sent)}
	if w.q.fifo {
		m.GroupID, m.DeduplicationID = fmt.Sprint(w.random.IntN(4)), m.Body
	} else if w.random.IntN(3) == 0 {
		delay := time.Duration(w.random.IntN(20)) * time.Second
		m.Delay = &delay
	}
	w.there[sendAs(w.T, w.q, m).ID] = true
}

// delete uses a handle that may be an old one; whether the message is gone, the
// queue's sum tells.
func (w *walk) delete(i int) {
	before := len(w.q.messages)
	_ = w.q.Delete(w.taken[i].ReceiptHandle)
	if len(w.q.messages) < before {
		if !w.there[w.taken[i].ID] {
			w.Fatalf("%s was deleted twice", w.taken[i].ID)
		}
		delete(w.there, w.taken[i].ID)
	}
	w.taken = append(w.taken[:i], w.taken[i+1:]...)
}

// check counts the queue's messages the long way.
func (w *walk) check(q *Queue) {
	w.Helper()
	stats := q.service.Snapshot()[q.name]
	var counts [4]int
	flying := map[string]bool{}
	for _, m := range q.messages {
		counts[m.state]++
		flying[m.group] = flying[m.group] || m.state == inFlight
		if m.state.timed() && !m.due.After(time.Now()) {
			w.Fatalf("%s was due at %v", m.id, m.due)
		}
	}
	if stats.Visible != counts[visible] || stats.InFlight != counts[inFlight] || stats.Delayed != counts[delayed] || counts[absent] != 0 {
		w.Fatalf("%s counts %+v, there are %v", q.name, stats, counts)
	}
	if q.ages.Len() != len(q.messages) || q.timers.Len() != counts[inFlight]+counts[delayed] {
		w.Fatalf("%d messages, %d ages and %d timers", len(q.messages), q.ages.Len(), q.timers.Len())
	}
	if m := q.order.next(nil); q.fifo && m != nil && flying[m.group] {
		w.Fatalf("%s would be received although its group is in flight", m.id)
	}
	if sum := len(w.q.messages) + len(w.dead.messages); sum != len(w.there) {
		w.Fatalf("%d messages are there, want %d", sum, len(w.there))
	}
}

// finish receives all that is there.
func (w *walk) finish() {
	for _, q := range []*Queue{w.q, w.dead} {
		for len(q.messages) > 0 {
			for _, m := range receiveFor(w.T, q, 100, time.Minute, -1) {
				if !w.there[m.ID] {
					w.Fatalf("%s was received after it had been deleted", m.ID)
				}
				delete(w.there, m.ID)
				if err := q.Delete(m.ReceiptHandle); err != nil {
					w.Fatal(err)
				}
			}
		}
	}
	if len(w.there) > 0 {
		w.Fatalf("%d messages are lost", len(w.there))
	}
}
