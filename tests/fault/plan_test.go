package fault

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"
)

// plan is what goes wrong around a job, as its seed has it.
type plan struct {
	seed         uint64
	fifo         bool
	ignoreErrors bool
	maxAttempts  int
	batch        int  // most messages of an invocation
	processes    int  // of each step
	concurrency  int  // invocations that a process works on at once
	faulty       int  // per cent of the calls of SQS that go wrong
	unburied     int  // per cent of the calls that the dead-letter queue denies
	redrive      bool // SQS alone makes dead letters
	bulky        bool
	delays       bool
	longest      int // bytes over which a batch is refused as too long
	kills        map[moment]int
	retryDelay   int // seconds, before an item comes back
}

// timeout is the function's, and visibility its queue's: what a killed process
// held comes back soon after it.
const (
	timeout    = pace * time.Second
	visibility = timeout * 3 / 2
)

func newPlan(seed uint64, fifo bool) *plan {
	p := &plan{seed: seed, fifo: fifo, longest: mostBytes}
	p.processes = 1 + p.roll(2, "processes")
	p.concurrency = pick(p, "concurrency", 1, 1, 1, 2, 3)
	p.batch = pick(p, "batch", 1, 4, 10, 10, 40)
	p.kills = map[moment]int{}
	for i := range p.roll(4, "kills") {
		m := pick(p, fmt.Sprint("kill ", i), moments...)
		p.kills[m] = 1 + p.roll(usual[m], "nth "+fmt.Sprint(i))
	}
	p.unburied = pick(p, "unburied", 0, 0, 30, 70)
	p.redrive = p.roll(8, "redrive") == 0
	p.faulty = pick(p, "faulty", 0, 10, 25, 40)
	p.size()
	if fifo {
		// Every item of a group has to wait for those before it, and comes back
		// when they do: it needs many attempts.
		p.maxAttempts, p.faulty = 50, pick(p, "faulty", 0, 5, 10)
		if p.redrive { // what is dropped uses all of them, and generates its items each time
			p.maxAttempts = 20
		}
		return p
	}
	p.maxAttempts = 4 + p.roll(4, "attempts")
	p.ignoreErrors = p.roll(8, "ignore") == 0
	p.retryDelay = pick(p, "delay", 0, 0, 0, 0, 0, 1)
	p.delays = p.roll(12, "delays") == 0
	return p
}

// size makes some jobs large, or their batches too large. They need ten times as
// many calls, which need not fail as often.
func (p *plan) size() {
	switch size := p.roll(40, "size"); {
	case size == 0 && !p.fifo: // one after the other, they would take too long
		p.bulky, p.longest = true, pick(p, "longest", mostBytes, 400_000, 700_000)
	case size == 1, size == 2:
		p.longest = pick(p, "longest", 150, 400)
	default:
		return
	}
	p.faulty = min(p.faulty, 10)
}

// roll is a number below n that follows from the seed and what it is for.
func (p *plan) roll(n int, what string) int {
	h := fnv.New64a()
	h.Write([]byte(what))
	return rand.New(rand.NewPCG(p.seed, h.Sum64())).IntN(n)
}

func pick[T any](p *plan, what string, from ...T) T { return from[p.roll(len(from), what)] }
