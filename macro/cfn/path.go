package cfn

import (
	"slices"
	"strconv"
	"strings"
)

// Path is the path of a value from the template's root: keys of maps, and decimal
// indices of lists.
type Path []string

// Key returns the path to a key of the value at p, or, with several keys, to a
// value further below. It never changes p.
func (p Path) Key(keys ...string) Path { return append(p[:len(p):len(p)], keys...) }

// Index returns the path to an item of the list at p.
func (p Path) Index(i int) Path { return p.Key(strconv.Itoa(i)) }

// String joins the path with dots, like the messages of cfn-lint and CloudFormation.
func (p Path) String() string { return strings.Join(p, ".") }

// Find returns the value at the path p below n, or nil if there is none.
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

// Walk calls visit for n at the path p, and for every value below it, parents first, in
// order. It skips the values below one for which visit returns false. The path is valid
// only during the call: clone it to keep it.
func (n *Node) Walk(p Path, visit func(p Path, n *Node) bool) { n.walk(slices.Clip(p), visit) }

// walk appends to the path in place, because copying each path would take memory
// quadratic in a template's depth. The visitor gets a path without spare capacity, so
// that appending to it makes a copy.
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
