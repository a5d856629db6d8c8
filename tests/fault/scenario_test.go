package fault

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// scenario is the choice of a seed: the faults around a job, and how the job is run.
type scenario struct {
	seed                   uint64
	fifo                   bool
	ignoreErrors           bool
	maxAttempts            int
	maxBatch               int  // maximum of messages in an invocation
	processes              int  // of each step, running at the same time
	concurrency            int  // invocations that a process handles at once
	faultPercent           int  // percentage of the calls of SQS that go wrong
	deadLetterFaultPercent int  // percentage of the calls that the dead-letter queue denies
	redrive                bool // only SQS dead-letters: the runtime knows no dead-letter queue
	largeItems             bool // some items have hundreds of kilobytes
	delays                 bool // some items are delayed
	maxBatchBytes          int  // batches of more bytes are refused as too long
	kills                  map[killPoint]int
	retryDelay             int // seconds, before a failed item is retried
}

// timeout is the timeout of the function. visibility is the visibility timeout of its queue;
// it is short, so that the items of a killed process are soon received again.
const (
	timeout    = pace * time.Second
	visibility = timeout * 3 / 2
)

func newScenario(seed uint64, fifo bool) *scenario {
	s := &scenario{seed: seed, fifo: fifo, maxBatchBytes: maxBytes}
	s.processes = 1 + s.draw(2, "processes")
	s.concurrency = pick(s, "concurrency", 1, 1, 1, 2, 3)
	s.maxBatch = pick(s, "batch", 1, 4, 10, 10, 40)
	s.kills = map[killPoint]int{}
	for i := range s.draw(4, "kills") {
		m := pick(s, fmt.Sprint("kill ", i), killPoints...)
		s.kills[m] = 1 + s.draw(occurrences[m], "nth "+fmt.Sprint(i))
	}
	s.deadLetterFaultPercent = pick(s, "unburied", 0, 0, 30, 70)
	s.redrive = s.draw(8, "redrive") == 0
	s.faultPercent = pick(s, "faulty", 0, 10, 25, 40)
	s.setSizes()
	if fifo {
		// An item of a group fails whenever an earlier one does, so it needs many
		// attempts.
		s.maxAttempts, s.faultPercent = 50, pick(s, "faulty", 0, 5, 10)
		if s.redrive { // a dropped item uses all attempts, and generates its items each time
			s.maxAttempts = 20
		}
		return s
	}
	s.maxAttempts = 4 + s.draw(4, "attempts")
	s.ignoreErrors = s.draw(8, "ignore") == 0
	s.retryDelay = pick(s, "delay", 0, 0, 0, 0, 0, 1)
	s.delays = s.draw(12, "delays") == 0
	return s
}

// setSizes makes some items large, or has SQS refuse batches as too long. These jobs
// make ten times as many calls, so that fewer of them have to fail.
func (s *scenario) setSizes() {
	switch size := s.draw(40, "size"); {
	case size == 0 && !s.fifo: // in a FIFO group, one after the other, they would be too slow
		s.largeItems, s.maxBatchBytes = true, pick(s, "longest", maxBytes, 400_000, 700_000)
	case size == 1, size == 2:
		s.maxBatchBytes = pick(s, "longest", 150, 400)
	default:
		return
	}
	s.faultPercent = min(s.faultPercent, 10)
}

// draw returns a number below n that follows from the seed and from what it is for. The
// strings are only hashed. A change of one changes what all seeds do.
func (s *scenario) draw(n int, what string) int {
	h := fnv.New64a()
	h.Write([]byte(what))
	return rand.New(rand.NewPCG(s.seed, h.Sum64())).IntN(n)
}

// pick draws one of several values.
func pick[T any](s *scenario, what string, from ...T) T { return from[s.draw(len(from), what)] }
