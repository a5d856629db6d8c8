// Package fault proves that the runtime loses nothing while everything around it fails.
//
// Each seed chooses a scenario (scenario_test.go): the shape of a job, how its handlers
// behave, how often calls of SQS fail and when processes are killed. A trial runs the
// job in its scenario: trial_test.go. The function is this test's binary
// (program_test.go), the same program in JavaScript or Python behind the dispatcher
// (testdata), or a sample; cases_test.go lists them. It runs as processes behind a
// Runtime API, which handle several batches at once, are frozen between invocations
// and killed at any moment: process_test.go and invocations_test.go. The queues are
// local/queue's and keep SQS's promises. They are behind a proxy that throttles, fails,
// cuts connections, garbles answers, finds batches too long and is slow: proxy_test.go
// and faults_test.go.
//
// A ledger holds what the queues have really accepted and what the handlers have really
// done, and nothing that the runtime says: ledger_test.go. It judges each reply at the
// moment when it is carried out (claims_test.go):
//
//   - every item that was accepted is handled at least once, or is a dead letter (or
//     ignored, if IgnoreErrors is set);
//   - an item is acknowledged only when it was handled and everything that this very
//     attempt generated was accepted by the queues, or when its dead letter was;
//   - no item fails an attempt because of another one: its own handler failed, or one
//     of its sends was refused for good, or the deadline had passed (and it had not
//     finished long before), or its process was killed, or an earlier item of its FIFO
//     group failed;
//   - an item is dead-lettered only if it was dropped or its attempts are exhausted;
//   - the items of a FIFO group first begin, and are first handled, in the order in
//     which they were generated;
//   - items that a handler generates after the deadline are refused;
//   - no item is delivered before its delay is over, no call is larger than SQS
//     accepts, and the messages of a batch that was too long are retried one by one;
//   - the items whose message IDs the generate function returns are in their queues;
//   - a sample has had its effect at its destination, or a dead letter says why not.
//
// mutant_test.go proves that the suite can fail: it must catch runtimes with one rule
// broken. stats_test.go counts what happened, so that the suite notices if it no longer
// tests what it claims.
//
// STARJOB_FAULT_SEEDS is the number of seeds, STARJOB_FAULT_SEED a single one. Other
// languages get a tenth of them, and samples a twentieth. A seed fixes the job, the
// behavior of its handlers, the moments of the kills and the fault of the n-th call. It
// cannot fix the order in which processes make their calls.
//
// Start reading at TestNothingIsLost, then trial.run, then ledger.judgeReply.
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

	"golang.org/x/sync/semaphore"
)

// TestMain runs the program under test instead of the tests if envReport is set.
func TestMain(m *testing.M) {
	if os.Getenv(envReport) != "" {
		runProgram()
	}
	os.Exit(m.Run())
}

// TestNothingIsLost runs the seeds of all test cases.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for _, c := range testCases(t) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t)
		})
	}
}

func (c testCase) test(t *testing.T) {
	if c.program.command == nil {
		t.Skip("its interpreter is not installed")
	}
	counted, all := newStats(), c.seeds(t)
	forEachSeed(all, c.program.weight(), func(seed uint64) {
		violations, log := runTrial(t.Context(), c.job(seed), c.program, counted)
		if len(violations) > 0 {
			t.Errorf("%s, seed %d:\n%s\nAgain with: STARJOB_FAULT_SEED=%d go test -count=1 -run TestNothingIsLost/%s ./tests/fault\nThe end of its log: %s",
				c.name, seed, strings.Join(violations[:min(len(violations), 20)], "\n"), seed, c.name, log)
		}
	})
	t.Log(counted)
	if os.Getenv(envSeed) == "" {
		counted.check(t, c, len(all))
	}
}

// slots bound how many trials run at once. Trials wait most of the time. But with more of
// them, handlers miss their deadlines for want of a processor, and retries add to the load.
var slots = semaphore.NewWeighted(slotCount)

var slotCount = int64(8 * runtime.GOMAXPROCS(0) / pace)

// weight is how many slots a trial needs. Interpreters start slowly, and a trial that is
// too slow tests nothing but deadlines.
func (p program) weight() int64 {
	if p.hosted {
		return min(slotCount, 4)
	}
	return 1
}

// forEachSeed calls try for all seeds, concurrently.
func forEachSeed(seeds []uint64, weight int64, try func(uint64)) {
	var workers sync.WaitGroup
	for _, seed := range seeds {
		_ = slots.Acquire(context.Background(), weight) // no error, because the context never ends
		workers.Go(func() {
			defer slots.Release(weight)
			try(seed)
		})
	}
	workers.Wait()
}

// runTrial runs one trial, and returns the violations with the log of the processes.
func runTrial(ctx context.Context, j job, p program, s *stats) (violations []string, log string) {
	t, err := newTrial(ctx, j, p, s)
	if err == nil {
		err = t.run()
	}
	if err != nil {
		return []string{err.Error()}, fmt.Sprint(t.logs)
	}
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	for _, h := range t.ledger.items {
		s.add("items", 1)
		if h.dead {
			s.add("dead", 1)
		}
	}
	return t.ledger.violations, fmt.Sprint(t.logs)
}

// Environment variables that choose the seeds.
const (
	envSeed  = "STARJOB_FAULT_SEED"
	envSeeds = "STARJOB_FAULT_SEEDS"
)

// fewSeeds is the default number of seeds. With manySeeds, every kind of fault and kill
// occurs.
const (
	fewSeeds  = 20
	manySeeds = 300
)

// seeds returns the seeds that the environment asks for, or the test case's share of
// them.
func (c testCase) seeds(t *testing.T) []uint64 {
	t.Helper()
	if text := os.Getenv(envSeed); text != "" {
		return []uint64{number(t, envSeed, text)}
	}
	n := uint64(fewSeeds)
	if text := os.Getenv(envSeeds); text != "" {
		n = number(t, envSeeds, text)
	}
	return seedRange((n + c.share - 1) / c.share)
}

// number parses the value of an environment variable.
func number(t *testing.T, name, text string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// seedRange returns the seeds from 0 to n-1.
func seedRange(n uint64) []uint64 {
	all := make([]uint64, n)
	for i := range all {
		all[i] = uint64(i)
	}
	return all
}
