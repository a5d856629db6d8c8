package fault

import "strings"

// manner is how a handler behaves.
type manner string

const (
	good        manner = ""
	broken      manner = "fails"
	panics      manner = "panics"
	exits       manner = "exits" // ends without a result
	retries     manner = "retries"
	drops       manner = "drops"
	slow        manner = "slow"   // works until its time is over
	yields      manner = "yields" // the same, and then ends as if it had done its work
	deaf        manner = "deaf"   // works beyond its time, whatever it is told
	blocks      manner = "blocks" // the same, and holds up what it can
	quits       manner = "quits"  // ends the process that it runs in
	flaky       manner = "flaky"  // fails, the first time
	undecodable manner = "undecodable"
	poisonous   manner = "poisonous" // SQS never takes the item
)

// chances are in a thousand, of those manners that an item may have.
var chances = []struct {
	manner   manner
	chance   int
	leafOnly bool
	anyQueue bool // on a FIFO queue too, where nothing may fail for good but by Drop
}{
	{flaky, 50, false, true}, {panics, 20, false, true}, {exits, 10, false, true}, {retries, 20, false, true},
	{drops, 20, false, true}, {slow, 3, false, true}, {yields, 3, false, true}, {deaf, 2, false, true}, {blocks, 1, false, true}, {quits, 2, false, true},
	{broken, 15, false, false}, {undecodable, 10, true, false}, {poisonous, 2, true, false},
}

func (t *tree) mannerOf(id string) manner {
	if id == root {
		return good
	}
	at := t.roll(1000, "manner of "+id)
	for _, c := range chances {
		if at -= c.chance; at >= 0 {
			continue
		}
		if c.leafOnly && t.isBranch(id) || t.fifo && !c.anyQueue {
			return good
		}
		return c.manner
	}
	return good
}

// isBranch tells whether an item generates others.
func (t *tree) isBranch(id string) bool {
	depth := strings.Count(id, "/")
	if t.fifo {
		return depth == 0 || depth == 2 && strings.HasSuffix(id, "0")
	}
	return depth < 2
}

// does tells what a handler does at an attempt, besides generating.
func (t *tree) does(id string, attempt int) manner {
	switch m := t.mannerOf(id); {
	case m == broken, m == drops:
		return m
	case m == undecodable:
		return broken
	case m == poisonous, attempt > 1:
		return good
	case m == flaky:
		return broken
	default:
		return m
	}
}

func (t *tree) fails(d *delivery) bool {
	switch t.does(d.id, d.attempt) {
	case broken, panics, exits, retries, drops, quits:
		return true
	}
	return false
}

func (t *tree) steers(id string) bool {
	switch t.mannerOf(id) {
	case drops, retries, quits:
		return true
	}
	return false
}

func (t *tree) drops(id string) bool { return t.mannerOf(id) == drops }

func (t *tree) poisonous(id string) bool { return t.mannerOf(id) == poisonous }
