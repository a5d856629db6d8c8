package fault

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
)

// plan is what a seed stands for: a job, how its handlers behave, and what goes
// wrong around them. The test and the processes under test make the same plan
// from the same seed.
type plan struct {
	seed         uint64
	fifo         bool
	ignoreErrors bool
	maxAttempts  int
	batch        int // most messages of an invocation
	processes    int
	faulty       int // per cent of the calls of SQS that go wrong
	unburied     int // per cent of the calls that the dead-letter queue denies
	kills        map[moment]int
	retryDelay   int // seconds, before an item comes back
}

// timeout is the function's, and visibility its queue's: what a killed process
// held comes back soon after it.
const (
	timeout    = pace * time.Second
	visibility = timeout * 3 / 2
)

func newPlan(seed uint64) *plan {
	p := &plan{seed: seed, fifo: seed%4 == 3}
	p.processes = 1 + p.roll(2, "processes")
	p.batch = pick(p, "batch", 1, 4, 10, 10, 40)
	p.kills = map[moment]int{}
	for i := range p.roll(4, "kills") {
		m := pick(p, fmt.Sprint("kill ", i), moments...)
		p.kills[m] = 1 + p.roll(usual[m], "nth "+fmt.Sprint(i))
	}
	p.unburied = pick(p, "unburied", 0, 0, 30, 70)
	if p.fifo {
		// Every item of a group has to wait for those before it, and comes back
		// when they do: it needs many attempts.
		p.maxAttempts, p.faulty = 50, pick(p, "faulty", 0, 5, 10)
		return p
	}
	p.maxAttempts, p.faulty = 4+p.roll(4, "attempts"), pick(p, "faulty", 0, 10, 25, 40)
	p.ignoreErrors = p.roll(8, "ignore") == 0
	p.retryDelay = pick(p, "delay", 0, 0, 0, 0, 0, 1)
	return p
}

// roll is a number below n that follows from the seed and what it is for.
func (p *plan) roll(n int, what string) int {
	h := fnv.New64a()
	h.Write([]byte(what))
	return rand.New(rand.NewPCG(p.seed, h.Sum64())).IntN(n)
}

func pick[T any](p *plan, what string, from ...T) T { return from[p.roll(len(from), what)] }

// root is the item that a job begins with.
const root = "r"

// Sizes of the tree of items: root, branches, leaves. On a FIFO queue it is the
// root and groups of numbered items, some with one more item below.
const (
	branches = 10
	leaves   = 11
	groups   = 5
	members  = 20
)

// child is an item that another one generates.
type child struct{ id, step, group string }

// children are what an item generates, in order.
func (p *plan) children(id string) []child {
	var all []child
	depth := strings.Count(id, "/")
	switch {
	case p.fifo && depth == 0:
		for n := range members {
			for g := range groups {
				group := string(rune('a' + g))
				all = append(all, child{fmt.Sprintf("%s/%s/%d", id, group, n), "work", group})
			}
		}
	case p.fifo && depth == 2 && strings.HasSuffix(id, "0"):
		all = append(all, child{id + "/x", "work", ""}) // into its parent's group
	case !p.fifo && depth < 2:
		for n := range []int{branches, leaves}[depth] {
			step := "work"
			if n == leaves-1 {
				step = "sink" // a queue that nobody reads
			}
			all = append(all, child{fmt.Sprintf("%s/%d", id, n), step, ""})
		}
	}
	return all
}

// isLeaf tells whether an item generates nothing.
func (p *plan) isLeaf(id string) bool { return len(p.children(id)) == 0 }

// manner is how a handler behaves.
type manner int

const (
	good manner = iota
	flaky
	panics
	exits
	retries
	drops
	slow // works until its context ends
	deaf // works beyond the deadline, whatever its context says
	broken
	undecodable
	poisonous // SQS never takes the item
)

// chances are in a thousand, of those manners that an item may have.
var chances = []struct {
	manner   manner
	chance   int
	leafOnly bool
	anyQueue bool // on a FIFO queue too, where nothing may fail for good but by Drop
}{
	{flaky, 50, false, true}, {panics, 20, false, true}, {exits, 10, false, true}, {retries, 20, false, true},
	{drops, 20, false, true}, {slow, 3, false, true}, {deaf, 2, false, true},
	{broken, 15, false, false}, {undecodable, 10, true, false}, {poisonous, 2, true, false},
}

func (p *plan) mannerOf(id string) manner {
	if id == root {
		return good
	}
	at := p.roll(1000, "manner of "+id)
	for _, c := range chances {
		if at -= c.chance; at >= 0 {
			continue
		}
		if c.leafOnly && !p.isLeaf(id) || p.fifo && !c.anyQueue {
			return good
		}
		return c.manner
	}
	return good
}

// fails tells whether an attempt at an item fails by the handler's own doing.
func (p *plan) fails(id string, attempt int) bool {
	switch p.mannerOf(id) {
	case flaky, panics, exits, retries:
		return attempt == 1
	case drops, broken, undecodable:
		return true
	}
	return false
}

// steers tells whether IgnoreErrors leaves a failure of the item alone.
func (p *plan) steers(id string) bool {
	m := p.mannerOf(id)
	return m == drops || m == retries
}
