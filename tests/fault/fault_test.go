// Package fault proves that the runtime keeps its promise where everything
// fails. Each seed is a small job in a world of its own: the test's binary is
// the function, and runs as processes behind Lambda's Runtime API, which are
// frozen between invocations and killed at any moment; the queues keep SQS's
// promises, and stand behind a proxy that throttles, fails, cuts connections,
// garbles answers and is slow. A ledger holds what the queues really took and
// the handlers really did, and judges each reply at the moment when it is
// carried out. It wants that
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
//   - what the generate function answers for is in its queue.
//
// STARJOB_FAULT_SEEDS says how many seeds, STARJOB_FAULT_SEED names a single
// one. A seed fixes the job, its handlers' behaviour, the moments of the kills
// and the lot of the n-th call; in which order processes make their calls, it
// cannot fix.
package fault

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestMain(m *testing.M) {
	if seed := os.Getenv(envSeed); seed != "" {
		runProgram(seed)
	}
	os.Exit(m.Run())
}

// seeds are those that the environment asks for.
func seeds(t *testing.T) []uint64 {
	t.Helper()
	number := func(name string, absent uint64) uint64 {
		text := os.Getenv(name)
		if text == "" {
			return absent
		}
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	if os.Getenv("STARJOB_FAULT_SEED") != "" {
		return []uint64{number("STARJOB_FAULT_SEED", 0)}
	}
	return upTo(number("STARJOB_FAULT_SEEDS", fewSeeds))
}

// fewSeeds are tried where nobody asks for more. Among manySeeds every kind of
// fault and kill comes about.
const (
	fewSeeds  = 25
	manySeeds = 200
)

func upTo(n uint64) []uint64 {
	all := make([]uint64, n)
	for i := range all {
		all[i] = uint64(i)
	}
	return all
}

func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := newStats()
	all := seeds(t)
	each(all, func(seed uint64) {
		violations, log := try(t.Context(), seed, program, s)
		if len(violations) > 0 {
			t.Errorf("seed %d:\n%s\nAgain with: STARJOB_FAULT_SEED=%d go test -count=1 ./tests/fault\nIts processes' last words: %s",
				seed, strings.Join(violations[:min(len(violations), 20)], "\n"), seed, log)
		}
	})
	t.Log(s)
	if len(all) >= fewSeeds {
		s.check(t, len(all))
	}
}

// each runs seeds side by side: they wait most of the time.
func each(seeds []uint64, try func(uint64)) {
	next := make(chan uint64)
	var workers sync.WaitGroup
	for range 16 * runtime.GOMAXPROCS(0) / pace {
		workers.Go(func() {
			for seed := range next {
				try(seed)
			}
		})
	}
	for _, seed := range seeds {
		next <- seed
	}
	close(next)
	workers.Wait()
}

// try runs one seed and returns what was wrong, with the processes' log.
func try(ctx context.Context, seed uint64, program string, s *stats) (violations []string, log string) {
	w, err := newWorld(ctx, newPlan(seed), program, s)
	if err == nil {
		err = w.run()
	}
	if err != nil {
		return []string{err.Error()}, ""
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
