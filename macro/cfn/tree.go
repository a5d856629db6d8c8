package cfn

import "slices"

// Clone returns a copy of n that shares nothing with it.
func (n *Node) Clone() *Node {
	if n == nil {
		return nil
	}
	slab := make([]Node, n.count())
	return n.cloneTo(&slab)
}

// count is the number of nodes in a tree.
func (n *Node) count() int {
	if n == nil {
		return 0
	}
	count := 1
	for _, item := range n.Items {
		count += item.count()
	}
	for _, e := range n.Entries {
		count += e.Value.count()
	}
	return count
}

// cloneTo copies a tree into the first nodes of a slab, and removes them from the
// slab.
func (n *Node) cloneTo(slab *[]Node) *Node {
	if n == nil {
		return nil
	}
	c := &(*slab)[0]
	*slab = (*slab)[1:]
	*c = *n
	c.Items = make([]*Node, len(n.Items))
	for i, item := range n.Items {
		c.Items[i] = item.cloneTo(slab)
	}
	c.Entries = make([]Entry, len(n.Entries))
	for i, e := range n.Entries {
		c.Entries[i] = Entry{e.Key, e.KeyRange, e.Value.cloneTo(slab)}
	}
	return c
}

// Equal reports whether two trees have the same meaning. Positions and the order of a
// Map's keys do not matter.
func (n *Node) Equal(m *Node) bool {
	if n == nil || m == nil {
		return n == m
	}
	if n.Kind != m.Kind || n.Text != m.Text || len(n.Entries) != len(m.Entries) {
		return false
	}
	for _, e := range n.Entries {
		if !m.Has(e.Key) || !e.Value.Equal(m.Get(e.Key)) {
			return false
		}
	}
	return slices.EqualFunc(n.Items, m.Items, (*Node).Equal)
}

// Merge returns base with over merged into it: Maps are merged key by key, at
// every depth, and any other value of over replaces base's. A call of an
// intrinsic function counts as a value, not as a Map. Neither argument is
// changed; either may be nil.
func Merge(base, over *Node) *Node {
	if base == nil || over == nil || !base.mergeable() || !over.mergeable() {
		if over == nil {
			return base.Clone()
		}
		return over.Clone()
	}
	merged := *base
	merged.Entries = make([]Entry, 0, len(base.Entries)+len(over.Entries))
	for _, e := range base.Entries {
		if i := over.index(e.Key); i >= 0 {
			o := over.Entries[i]
			merged.Entries = append(merged.Entries, Entry{e.Key, o.KeyRange, Merge(e.Value, o.Value)})
		} else {
			merged.Entries = append(merged.Entries, Entry{e.Key, e.KeyRange, e.Value.Clone()})
		}
	}
	for _, e := range over.Entries {
		if !base.Has(e.Key) {
			merged.Entries = append(merged.Entries, Entry{e.Key, e.KeyRange, e.Value.Clone()})
		}
	}
	return &merged
}

func (n *Node) mergeable() bool {
	_, _, call := n.Intrinsic()
	return n.Kind == Map && !call
}
