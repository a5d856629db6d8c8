package fault

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// plan is what a seed chooses: what goes wrong around a job, and how it is run.
type plan struct {
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
	bulky                  bool
	delays                 bool
	longest                int // batches of more bytes are refused as too long
	kills                  map[killPoint]int
	retryDelay             int // seconds, before a failed item is retried
}

// timeout is the function's. visibility is the timeout of its queue's messages: what a
// killed process was handling is soon received again.
const (
	timeout    = pace * time.Second
	visibility = timeout * 3 / 2
)

func newPlan(seed uint64, fifo bool) *plan {
	p := &plan{seed: seed, fifo: fifo, longest: mostBytes}
	p.processes = 1 + p.draw(2, "processes")
	p.concurrency = pick(p, "concurrency", 1, 1, 1, 2, 3)
	p.maxBatch = pick(p, "batch", 1, 4, 10, 10, 40)
	p.kills = map[killPoint]int{}
	for i := range p.draw(4, "kills") {
		m := pick(p, fmt.Sprint("kill ", i), killPoints...)
		p.kills[m] = 1 + p.draw(occurrences[m], "nth "+fmt.Sprint(i))
	}
	p.deadLetterFaultPercent = pick(p, "unburied", 0, 0, 30, 70)
	p.redrive = p.draw(8, "redrive") == 0
	p.faultPercent = pick(p, "faulty", 0, 10, 25, 40)
	p.setSizes()
	if fifo {
		// An item of a group fails whenever an earlier one does, so it needs many
		// attempts.
		p.maxAttempts, p.faultPercent = 50, pick(p, "faulty", 0, 5, 10)
		if p.redrive { // a dropped item uses all attempts, and generates its items each time
			p.maxAttempts = 20
		}
		return p
	}
	p.maxAttempts = 4 + p.draw(4, "attempts")
	p.ignoreErrors = p.draw(8, "ignore") == 0
	p.retryDelay = pick(p, "delay", 0, 0, 0, 0, 0, 1)
	p.delays = p.draw(12, "delays") == 0
	return p
}

// setSizes makes some items large, or has SQS refuse batches as too long. These jobs
// make ten times as many calls, so that fewer of them have to fail.
func (p *plan) setSizes() {
	switch size := p.draw(40, "size"); {
	case size == 0 && !p.fifo: // in a FIFO group, one after the other, they would be too slow
		p.bulky, p.longest = true, pick(p, "longest", mostBytes, 400_000, 700_000)
	case size == 1, size == 2:
		p.longest = pick(p, "longest", 150, 400)
	default:
		return
	}
	p.faultPercent = min(p.faultPercent, 10)
}

// draw returns a number below n that follows from the seed and from what it is for. The
// strings are only hashed. A change of one changes what all seeds do.
func (p *plan) draw(n int, what string) int {
	h := fnv.New64a()
	h.Write([]byte(what))
	return rand.New(rand.NewPCG(p.seed, h.Sum64())).IntN(n)
}

// pick draws one of several values.
func pick[T any](p *plan, what string, from ...T) T { return from[p.draw(len(from), what)] }
