package fault

import "strings"

// behavior is the behavior of a handler in addition to generating items. The strings are
// names in testdata/program.js and program.py.
type behavior string

const (
	succeeds    behavior = ""
	fails       behavior = "fails"
	panics      behavior = "panics"
	exits       behavior = "exits" // ends without a result
	retries     behavior = "retries"
	drops       behavior = "drops"
	slow        behavior = "slow"   // works until its deadline
	yields      behavior = "yields" // the same, and then returns as if it had finished
	deaf        behavior = "deaf"   // works beyond its deadline and ignores its context
	blocks      behavior = "blocks" // the same, and blocks its process if it can
	quits       behavior = "quits"  // ends its process
	flaky       behavior = "flaky"  // fails the first attempt
	undecodable behavior = "undecodable"
	unsendable  behavior = "unsendable" // SQS never accepts the item
)

// chances are those of the behaviors, in a thousand.
var chances = []struct {
	behavior behavior
	chance   int
	leafOnly bool
	anyQueue bool // on FIFO queues too, where only Drop may make an item fail for good
}{
	{flaky, 50, false, true}, {panics, 20, false, true}, {exits, 10, false, true}, {retries, 20, false, true},
	{drops, 20, false, true}, {slow, 3, false, true}, {yields, 3, false, true}, {deaf, 2, false, true}, {blocks, 1, false, true}, {quits, 2, false, true},
	{fails, 15, false, false}, {undecodable, 10, true, false}, {unsendable, 2, true, false},
}

// behaviorOf returns the behavior of an item's handler.
func (t *tree) behaviorOf(id string) behavior {
	if id == root {
		return succeeds
	}
	at := t.s.draw(1000, "manner of "+id)
	for _, c := range chances {
		if at -= c.chance; at >= 0 {
			continue
		}
		if c.leafOnly && t.isBranch(id) || t.s.fifo && !c.anyQueue {
			return succeeds
		}
		return c.behavior
	}
	return succeeds
}

// isBranch reports whether an item generates others.
func (t *tree) isBranch(id string) bool {
	depth := strings.Count(id, "/")
	if t.s.fifo {
		return depth == 0 || depth == 2 && strings.HasSuffix(id, "0")
	}
	return depth < 2
}

// behaviorAt returns what a handler does at an attempt.
func (t *tree) behaviorAt(id string, attempt int) behavior {
	switch m := t.behaviorOf(id); {
	case m == fails, m == drops:
		return m
	case m == undecodable:
		return fails
	case m == unsendable, attempt > 1:
		return succeeds
	case m == flaky:
		return fails
	default:
		return m
	}
}

func (t *tree) mayFail(d *delivery) bool {
	switch t.behaviorAt(d.id, d.attempt) {
	case fails, panics, exits, retries, drops, quits:
		return true
	}
	return false
}

func (t *tree) decidesOutcome(id string) bool {
	switch t.behaviorOf(id) {
	case drops, retries, quits:
		return true
	}
	return false
}

func (t *tree) drops(id string) bool { return t.behaviorOf(id) == drops }

func (t *tree) unsendable(id string) bool { return t.behaviorOf(id) == unsendable }
