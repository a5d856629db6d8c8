package queue

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// After any sequence of operations, first returns the first message.
func TestSortedKeepsTheFirstAtHand(t *testing.T) {
	t.Parallel()
	for _, disorder := range []int{0, 3, 1000} {
		r := rand.New(rand.NewPCG(1, uint64(disorder)))
		s, all := newSorted(dueFirst, timerIndex), []*message{}
		for i := range 5000 {
			if r.IntN(100) < 45+10*(i/1000%2) { // it grows, and shrinks
				m := &message{content: &content{number: uint64(i)}, due: time.Unix(int64(i+r.IntN(disorder+1)), 0)}
				s.add(m)
				all = append(all, m)
			} else if len(all) > 0 {
				gone := r.IntN(len(all))
				if r.IntN(2) == 0 {
					gone = slices.Index(all, s.first())
				}
				s.remove(all[gone])
				all = slices.Delete(all, gone, gone+1)
			}
			checkSorted(t, s, all)
		}
	}
}

func checkSorted(t *testing.T, s *sorted, all []*message) {
	t.Helper()
	if s.Len() != len(all) || s.gaps > len(s.run)/2 {
		t.Fatalf("%d of %d are left, with %d gaps among %d", s.Len(), len(all), s.gaps, len(s.run))
	}
	var want *message
	for _, m := range all {
		if want == nil || dueFirst(m, want) {
			want = m
		}
	}
	if got := s.first(); got != want {
		t.Fatalf("the first is %v, want %v", got, want)
	}
}
