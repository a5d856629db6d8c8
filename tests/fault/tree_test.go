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

// tree is a job of one step that feeds itself. Its program does what the test
// tells it to when it reports that an item began, so the same job can be done by
// programs in several languages.
type tree struct{ plain }

func newTree(seed uint64) job { return &tree{plain{newPlan(seed, seed%4 == 3)}} }

// root is the item that the job begins with.
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
type child struct {
	Step  string  `json:"step"`
	ID    string  `json:"id"`
	Group string  `json:"group,omitempty"`
	Delay float64 `json:"delay,omitempty"` // seconds
	Pad   int     `json:"pad,omitempty"`   // bytes to fill it up with
	Text  bool    `json:"text,omitempty"`  // a text, which no handler takes for an item
}

func (t *tree) steps() []step {
	return []step{{"work", true, t.ignoreErrors}, {"sink", false, false}}
}

func (t *tree) kickOff(string) (event, id string) {
	more := fmt.Sprintf(`"delay": %g`, t.delay(root).Seconds())
	if t.fifo {
		more = `"group": "root"`
	}
	return fmt.Sprintf(`{"step": "work", "data": {"ID": %q}, %s}`, root, more), root
}

func (t *tree) environment(base string) []string { return []string{envReport + "=" + base + "/report"} }

// children are what an item generates, in order.
func (t *tree) children(id string) []child {
	all := []child{}
	depth := strings.Count(id, "/")
	add := func(step, child, group string) {
		all = append(all, t.child(step, child, group))
	}
	switch {
	case t.fifo && depth == 0:
		for n := range members {
			for g := range groups {
				group := string(rune('a' + g))
				add("work", fmt.Sprintf("%s/%s/%d", id, group, n), group)
			}
		}
	case t.fifo && depth == 2 && strings.HasSuffix(id, "0"):
		add("work", id+"/x", "") // into its parent's group
	case !t.fifo && depth < 2:
		for n := range []int{branches, leaves}[depth] {
			step := "work"
			if n == leaves-1 {
				step = "sink" // a queue that nobody reads
			}
			add(step, fmt.Sprintf("%s/%d", id, n), "")
		}
	}
	return all
}

func (t *tree) child(step, id, group string) child {
	return child{step, id, group, t.delay(id).Seconds(), t.pad(id), t.mannerOf(id) == undecodable}
}

// delay is longer than nothing for some items of some jobs. SQS counts seconds.
func (t *tree) delay(id string) time.Duration {
	if !t.delays || t.roll(8, "delayed "+id) > 0 {
		return 0
	}
	return pick(t.plan, "delay of "+id, time.Second, time.Second/3)
}

// pad makes items so large that few go into a call of SQS, and one of them as
// large as may be.
func (t *tree) pad(id string) int {
	switch depth := strings.Count(id, "/"); {
	case !t.bulky || t.mannerOf(id) == undecodable:
		return 0
	case id == root+"/1":
		return mostBytes - 200
	case depth == 2 && t.roll(3, "bulky "+id[:3]) == 0:
		return 100_000 + t.roll(300_000, "pad of "+id)
	}
	return 0
}

// read knows an item by its own word.
func (t *tree) read(_, body string) item {
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

func (t *tree) generates(id, generated string) bool {
	return slices.ContainsFunc(t.children(id), func(c child) bool { return c.ID == generated })
}

func (t *tree) owes(id string, there map[string]bool) string {
	for _, c := range t.children(id) {
		if !there[c.ID] {
			return c.ID
		}
	}
	return ""
}

func (t *tree) did(d *delivery) bool { return d.handled }

// script is what a handler is to do.
type script struct {
	Generate []child `json:"generate"`
	Together bool    `json:"together"` // all in one call
	Loose    bool    `json:"loose"`    // without waiting for any, where a language has that
	Then     manner  `json:"then"`
	Pause    int     `json:"pause"` // milliseconds that it goes on for when its time is over
}

func (t *tree) script(d *delivery) script {
	how := t.roll(3, "how "+d.id)
	return script{t.children(d.id), how == 0, how == 1, t.does(d.id, d.attempt), int(timeout.Milliseconds() / 2)}
}

// serve takes the reports of handlers: /report/<what>/<delivery>.
func (t *tree) serve(p *process, out http.ResponseWriter, r *http.Request, path []string) {
	what, name := path[1], path[2]
	d := p.w.told(what, name)
	if p.pass(moment(what)) || d == nil || what != "began" {
		return
	}
	s := t.script(d)
	p.spoil(s.Then)
	json.NewEncoder(out).Encode(s)
}

// last wants the numbered items of each FIFO group in order, and each one that is
// not dropped done.
func (t *tree) last(l *ledger) {
	for id, h := range l.items {
		if t.fifo && h.dead && !t.drops(id) {
			l.violate("%s is a dead letter because of others of its group", id)
		}
	}
	t.inOrder(l, "began", l.began)
	t.inOrder(l, "were handled", l.order)
}

// inOrder leaves out those that are dead.
func (t *tree) inOrder(l *ledger, what string, ids []string) {
	last := map[string]int{}
	for _, id := range ids {
		parts := strings.Split(id, "/")
		if !t.fifo || len(parts) != 3 || l.items[id].dead {
			continue
		}
		n, _ := strconv.Atoi(parts[2])
		if before, ok := last[parts[1]]; ok && n < before {
			l.violate("items %d and %d of the group %s %s in this order", before, n, parts[1], what)
		}
		last[parts[1]] = n
	}
}
