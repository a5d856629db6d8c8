package cfn

import (
	"slices"
	"strconv"
	"strings"
)

// Path leads from a template's root to a value: keys, and indices of lists.
type Path []string

// Key returns the path to a key of the value that p leads to.
func (p Path) Key(keys ...string) Path { return append(p[:len(p):len(p)], keys...) }

// Index returns the path to an item of the list that p leads to.
func (p Path) Index(i int) Path { return p.Key(strconv.Itoa(i)) }

// String joins the path with dots, as cfn-lint and CloudFormation's own
// messages do.
func (p Path) String() string { return strings.Join(p, ".") }

// Find returns the value that the path leads to from n, or nil.
func (n *Node) Find(p Path) *Node {
	for _, step := range p {
		if n != nil && n.Kind == List {
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(n.Items) {
				return nil
			}
			n = n.Items[i]
			continue
		}
		n = n.Get(step)
	}
	return n
}

// Walk calls visit for n and every value below it, parents first, in order. It
// does not go below a value for which visit returns false. The path is good for
// the time of the call: who keeps it, clones it.
func (n *Node) Walk(p Path, visit func(p Path, n *Node) bool) { n.walk(slices.Clip(p), visit) }

// walk appends in place: copying each path would take the square of a template's
// depth in memory. The visitor gets it without room, so that it cannot.
func (n *Node) walk(p Path, visit func(p Path, n *Node) bool) {
	if n == nil || !visit(slices.Clip(p), n) {
		return
	}
	for i, item := range n.Items {
		item.walk(append(p, strconv.Itoa(i)), visit)
	}
	for _, e := range n.Entries {
		e.Value.walk(append(p, e.Key), visit)
	}
}
