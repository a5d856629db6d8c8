package fault

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// stats count what happened in all trials, so that the suite notices if it does not test
// what it claims.
type stats struct {
	mu     sync.Mutex
	counts map[string]int
}

func newStats() *stats { return &stats{counts: map[string]int{}} }

func (s *stats) add(what string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[what] += n
}

func (s *stats) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var text strings.Builder
	for _, what := range slices.Sorted(maps.Keys(s.counts)) {
		fmt.Fprintf(&text, "\n%8d %s", s.counts[what], what)
	}
	return text.String()
}

// check checks that the trials have handled enough items, and with many seeds, that every
// fault and every kill has occurred.
func (s *stats) check(t *testing.T, of testCase, seeds int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, what := range of.expected() {
		if s.counts[what] == 0 && seeds >= manySeeds {
			t.Errorf("never: %s", what)
		}
	}
	if n := s.counts["items"]; n < of.items*seeds {
		t.Errorf("%d items in %d seeds, want %d each", n, seeds, of.items)
	}
	if failed, done := s.counts[finishedEarlyFailed], s.counts[finishedEarlySucceeded]; failed*20 > done {
		t.Errorf("%d items that had finished early failed because their batch was overdue, and %d succeeded", failed, done)
	}
	if late, all := s.counts["overtime"], s.counts["invocations"]; late > all/20 {
		t.Errorf("%d of %d invocations were over their time", late, all)
	}
}

// expected returns the events that must occur with manySeeds.
func (s testCase) expected() []string {
	if s.name != "go" {
		return nil
	}
	all := []string{finishedEarlySucceeded, delayedDeliveries, largeEvents, largeCalls}
	for _, f := range append(slices.Concat(sendFaults, returnFaults), deadLetterDenied, batchTooLong) {
		all = append(all, f.name)
	}
	for _, m := range killPoints {
		all = append(all, "killed when "+string(m))
	}
	return all
}

const (
	delayedDeliveries = "deliveries that were asked to be delayed"
	largeEvents       = "events over 1 MiB"
	largeCalls        = "calls over half of what SQS accepts"
)
