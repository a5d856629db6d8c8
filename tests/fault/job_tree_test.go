package fault

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tree is a job whose items are a tree: a step generates items for itself, and some for a
// second step that is not consumed. When a handler reports that its item began, the test
// answers with a script, so that programs in all languages can run the same job.
type tree struct{ baseJob }

func newTree(seed uint64) job { return &tree{baseJob{newScenario(seed, seed%4 == 3)}} }

// root is the ID of the first item. Those of the others are paths below it.
const root = "r"

// Sizes of the tree: a root, its branches, their leaves. In a FIFO job the root generates
// groups of numbered items, some of which generate one more item.
const (
	branches = 10
	leaves   = 11
	groups   = 5
	members  = 20
)

// child is an item that another one generates.
type child struct {
	Step  string  `json:"step"`
	ID    string  `json:"id"`
	Group string  `json:"group,omitempty"`
	Delay float64 `json:"delay,omitempty"` // seconds
	Pad   int     `json:"pad,omitempty"`   // bytes to fill the item with
	Text  bool    `json:"text,omitempty"`  // a string in place of an item, which no handler can decode
}

func (t *tree) steps() []step {
	return []step{{"work", true, t.s.ignoreErrors}, {"sink", false, false}}
}

func (t *tree) kickOff(string) (event, id string) {
	more := fmt.Sprintf(`"delay": %g`, t.delayOf(root).Seconds())
	if t.s.fifo {
		more = `"group": "root"`
	}
	return fmt.Sprintf(`{"step": "work", "data": {"ID": %q}, %s}`, root, more), root
}

func (t *tree) environment(base string) []string { return []string{envReport + "=" + base + "/report"} }

// children returns the items that an item generates, in order.
func (t *tree) children(id string) []child {
	all := []child{}
	depth := strings.Count(id, "/")
	add := func(step, child, group string) {
		all = append(all, t.child(step, child, group))
	}
	switch {
	case t.s.fifo && depth == 0:
		for n := range members {
			for g := range groups {
				group := string(rune('a' + g))
				add("work", fmt.Sprintf("%s/%s/%d", id, group, n), group)
			}
		}
	case t.s.fifo && depth == 2 && strings.HasSuffix(id, "0"):
		add("work", id+"/x", "") // into the group of its parent
	case !t.s.fifo && depth < 2:
		for n := range []int{branches, leaves}[depth] {
			step := "work"
			if n == leaves-1 {
				step = "sink" // which is not consumed
			}
			add(step, fmt.Sprintf("%s/%d", id, n), "")
		}
	}
	return all
}

// child returns an item with the delay and the size that the scenario has for it.
func (t *tree) child(step, id, group string) child {
	return child{step, id, group, t.delayOf(id).Seconds(), t.pad(id), t.behaviorOf(id) == undecodable}
}

// delayOf is positive for some items of some jobs. SQS rounds it up to seconds.
func (t *tree) delayOf(id string) time.Duration {
	if !t.s.delays || t.s.draw(8, "delayed "+id) > 0 {
		return 0
	}
	return pick(t.s, "delay of "+id, time.Second, time.Second/3)
}

// pad makes some items so large that few fit into a call of SQS, and one as large as SQS
// accepts.
func (t *tree) pad(id string) int {
	switch depth := strings.Count(id, "/"); {
	case !t.s.largeItems || t.behaviorOf(id) == undecodable:
		return 0
	case id == root+"/1":
		return maxBytes - 200
	case depth == 2 && t.s.draw(3, "bulky "+id[:3]) == 0:
		return 100_000 + t.s.draw(300_000, "pad of "+id)
	}
	return 0
}

// itemOf decodes an item, or the string in place of one.
func (t *tree) itemOf(_, body string) item {
	var it item
	if json.Unmarshal([]byte(body), &it) == nil {
		return it
	}
	var text string
	if json.Unmarshal([]byte(body), &text) == nil {
		it.ID, it.By, _ = strings.Cut(text, " ")
	}
	return it
}

func (t *tree) mayGenerate(id, generated string) bool {
	return slices.ContainsFunc(t.children(id), func(c child) bool { return c.ID == generated })
}

func (t *tree) missing(id string, sent map[string]bool) string {
	for _, c := range t.children(id) {
		if !sent[c.ID] {
			return c.ID
		}
	}
	return ""
}

func (t *tree) hasEffect(d *delivery) bool { return d.handled }

// script is the instructions for a handler.
type script struct {
	Generate []child  `json:"generate"`
	Together bool     `json:"together"` // all in one call
	Loose    bool     `json:"loose"`    // without waiting for any of them, in languages that can
	Then     behavior `json:"then"`
	Pause    int      `json:"pause"` // milliseconds by which it exceeds its deadline
}

func (t *tree) script(d *delivery) script {
	how := t.s.draw(3, "how "+d.id)
	return script{t.children(d.id), how == 0, how == 1, t.behaviorAt(d.id, d.attempt), int(timeout.Milliseconds() / 2)}
}

// serve accepts the reports of handlers, /report/<what>/<delivery>, and answers with their
// scripts.
func (t *tree) serve(p *process, out http.ResponseWriter, r *http.Request, path []string) {
	what, name := path[1], path[2]
	d := p.trial.ledger.handlerReported(what, name)
	if p.killIfDue(killPoint(what)) || d == nil || what != "began" {
		return
	}
	s := t.script(d)
	p.excuseOthers(s.Then)
	json.NewEncoder(out).Encode(s)
}

// judgeEnd checks that the numbered items of each FIFO group are in order, and that only
// dropped items are dead-lettered.
func (t *tree) judgeEnd(l *ledger) {
	for id, h := range l.items {
		if t.s.fifo && h.dead && !t.drops(id) {
			l.violateLocked("%s is a dead letter because of others of its group", id)
		}
	}
	t.checkOrder(l, "began", l.beganOrder)
	t.checkOrder(l, "were handled", l.handledOrder)
}

// checkOrder skips dead letters.
func (t *tree) checkOrder(l *ledger, what string, ids []string) {
	last := map[string]int{}
	for _, id := range ids {
		parts := strings.Split(id, "/")
		if !t.s.fifo || len(parts) != 3 || l.items[id].dead {
			continue
		}
		n, _ := strconv.Atoi(parts[2])
		if before, ok := last[parts[1]]; ok && n < before {
			l.violateLocked("items %d and %d of the group %s %s in this order", before, n, parts[1], what)
		}
		last[parts[1]] = n
	}
}
