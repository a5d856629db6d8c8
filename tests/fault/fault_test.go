// Package fault proves that the runtime keeps its promise where everything
// fails. Each seed is a small job in a world of its own. The function is this
// test's binary, the same program in JavaScript or Python behind the dispatcher,
// or a sample. It runs as processes behind Lambda's Runtime API, which work on
// several batches at once, are frozen between invocations and killed at any
// moment; the queues keep SQS's promises, and stand behind a proxy that throttles,
// fails, cuts connections, garbles answers, finds batches too long and is slow. A
// ledger holds what the queues really took and the handlers really did, and judges
// each reply at the moment when it is carried out. It wants that
//
//   - every item that was accepted is handled at least once, or is a dead
//     letter (or ignored, where IgnoreErrors asks for it);
//   - an item is acknowledged only when it was handled and everything that
//     this very attempt generated was accepted by the queues, or when its dead
//     letter was;
//   - no item fails an attempt because of another one: its own handler failed,
//     or one of its own sends was refused for good, or the time was over (and it
//     was not finished long before), or its process was killed, or an earlier
//     item of its FIFO group came back;
//   - an item becomes a dead letter only if it was dropped or its attempts are
//     used up;
//   - the items of a FIFO group first begin, and are first handled, in the
//     order in which they were generated;
//   - what a handler generates after its time is refused;
//   - no item is seen before its delay is over, no call is larger than what SQS
//     takes, and what was too long together comes again alone;
//   - what the generate function answers for is in its queue;
//   - what a sample is there for is done at its destination, or a dead letter
//     tells why not.
//
// STARJOB_FAULT_SEEDS says how many seeds, STARJOB_FAULT_SEED names a single
// one. Other languages get a tenth of them, and samples a twentieth. A seed fixes the
// job, its handlers' behaviour, the moments of the kills and the lot of the n-th
// call; in which order processes make their calls, it cannot fix.
package fault

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/semaphore"
)

func TestMain(m *testing.M) {
	if os.Getenv(envReport) != "" {
		runProgram()
	}
	os.Exit(m.Run())
}

func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for _, s := range subjects(t) {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.test(t)
		})
	}
}

func (s subject) test(t *testing.T) {
	if s.program.command == nil {
		t.Skip("its interpreter is not here")
	}
	counted, all := newStats(), s.seeds(t)
	each(all, s.program.weight(), func(seed uint64) {
		violations, log := try(t.Context(), s.job(seed), s.program, counted)
		if len(violations) > 0 {
			t.Errorf("%s, seed %d:\n%s\nAgain with: STARJOB_FAULT_SEED=%d go test -count=1 -run TestNothingIsLost/%s ./tests/fault\nIts processes' last words: %s",
				s.name, seed, strings.Join(violations[:min(len(violations), 20)], "\n"), seed, s.name, log)
		}
	})
	t.Log(counted)
	if os.Getenv(envSeed) == "" {
		counted.check(t, s, len(all))
	}
}

// places bound how many worlds there are at once. They wait most of the time.
var places = semaphore.NewWeighted(manyPlaces)

var manyPlaces = int64(16 * runtime.GOMAXPROCS(0) / pace)

// weight is how many places a world takes: interpreters start slowly, and what is
// too slow tries nothing but deadlines.
func (p program) weight() int64 {
	if p.hosted {
		return min(manyPlaces, 4)
	}
	return 1
}

// each runs seeds side by side.
func each(seeds []uint64, weight int64, try func(uint64)) {
	var workers sync.WaitGroup
	for _, seed := range seeds {
		_ = places.Acquire(context.Background(), weight) // whose context never ends
		workers.Go(func() {
			defer places.Release(weight)
			try(seed)
		})
	}
	workers.Wait()
}

// try runs one job and returns what was wrong, with the processes' log.
func try(ctx context.Context, j job, p program, s *stats) (violations []string, log string) {
	w, err := newWorld(ctx, j, p, s)
	if err == nil {
		err = w.run()
	}
	if err != nil {
		return []string{err.Error()}, fmt.Sprint(w.logs)
	}
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	for _, h := range w.items {
		s.add("items", 1)
		if h.dead {
			s.add("dead", 1)
		}
	}
	return w.violations, fmt.Sprint(w.logs)
}
