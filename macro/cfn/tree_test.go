package cfn

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// forTrees runs check with many pairs of random trees, the same in every run.
func forTrees(t *testing.T, check func(t *testing.T, a, b *Node)) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		check(t, randomTree(random, 4), randomTree(random, 4))
	}
}

// randomTree returns a tree with few different keys, so that trees overlap.
func randomTree(random *rand.Rand, depth int) *Node {
	kind := Kind(random.IntN(6))
	if depth == 0 {
		kind %= List
	}
	n := &Node{Kind: kind}
	switch kind {
	case Bool:
		return NewBool(random.IntN(2) == 0)
	case Number:
		return NewInt(random.IntN(3))
	case String:
		return NewString([]string{"", "a", "1", "true"}[random.IntN(4)])
	case List:
		for range random.IntN(4) {
			n.Items = append(n.Items, randomTree(random, depth-1))
		}
	case Map:
		for _, i := range random.Perm(4)[:random.IntN(4)] {
			n.Set([]string{"a", "b", "Ref", "Fn::Sub"}[i], randomTree(random, depth-1))
		}
	}
	return n
}

// shuffled returns a copy with the keys of every map in another order.
func shuffled(random *rand.Rand, n *Node) *Node {
	c := n.Clone()
	c.Walk(nil, func(_ Path, n *Node) bool {
		random.Shuffle(len(n.Entries), func(i, j int) { n.Entries[i], n.Entries[j] = n.Entries[j], n.Entries[i] })
		return true
	})
	return c
}

func TestEqualIgnoresKeyOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	forTrees(t, func(t *testing.T, a, b *Node) {
		if !a.Equal(shuffled(random, a)) {
			t.Errorf("%s is not equal to itself in another order", EncodeJSON(a))
		}
		if a.Equal(b) != b.Equal(a) {
			t.Errorf("%s and %s are equal one way only", EncodeJSON(a), EncodeJSON(b))
		}
		if string(EncodeJSON(a)) == string(EncodeJSON(b)) && !a.Equal(b) {
			t.Errorf("%s is not equal to itself", EncodeJSON(a))
		}
		if a.Equal(NewList(a)) || a.Equal(nil) {
			t.Errorf("%s is equal to something else", EncodeJSON(a))
		}
	})
	if NewInt(1).Equal(NewString("1")) || NewMap(E("a", nil)).Equal(NewMap(E("b", nil))) || (*Node)(nil).Equal(NewInt(1)) {
		t.Error("equal, but of another kind or key")
	}
}

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	forTrees(t, func(t *testing.T, a, _ *Node) {
		before := string(EncodeJSON(a))
		overwrite(a.Clone())
		if after := string(EncodeJSON(a)); after != before {
			t.Errorf("%s became %s", before, after)
		}
	})
}

// overwrite changes everything in a tree.
func overwrite(n *Node) {
	n.Walk(nil, func(_ Path, n *Node) bool {
		n.Text += "changed"
		for i := range n.Entries {
			n.Entries[i].Key += "changed"
		}
		return true
	})
	n.Items, n.Entries = append(n.Items, NewInt(1)), append(n.Entries, E("changed", nil))
}

func TestMergeGoesKeyByKey(t *testing.T) {
	t.Parallel()
	forTrees(t, func(t *testing.T, base, over *Node) {
		b, o := string(EncodeJSON(base)), string(EncodeJSON(over))
		merged := Merge(base, over)
		if !Merge(base, nil).Equal(base) || !Merge(nil, over).Equal(over) || !Merge(base, base).Equal(base) {
			t.Errorf("%s merged with nothing or itself is something else", b)
		}
		if !Merge(merged, over).Equal(merged) {
			t.Errorf("%s merged twice over %s changes", o, b)
		}
		if base.mergeable() && over.mergeable() {
			checkMergedKeys(t, base, over, merged)
		} else if !merged.Equal(over) {
			t.Errorf("%s over %s is %s", o, b, EncodeJSON(merged))
		}
		overwrite(merged)
		if string(EncodeJSON(base)) != b || string(EncodeJSON(over)) != o {
			t.Errorf("merging %s over %s changes them", o, b)
		}
	})
	if Merge(nil, nil) != nil {
		t.Error("nothing over nothing is something")
	}
}

// checkMergedKeys expects base's keys in their order, then over's, each with its
// merged value.
func checkMergedKeys(t *testing.T, base, over, merged *Node) {
	t.Helper()
	want := base.Keys()
	for _, key := range over.Keys() {
		if !slices.Contains(want, key) {
			want = append(want, key)
		}
	}
	if !slices.Equal(merged.Keys(), want) {
		t.Errorf("merged keys are %v, want %v", merged.Keys(), want)
	}
	for _, key := range want {
		if !merged.Get(key).Equal(Merge(base.Get(key), over.Get(key))) {
			t.Errorf("%s of %s over %s is %s", key, EncodeJSON(over), EncodeJSON(base), EncodeJSON(merged.Get(key)))
		}
	}
}

// TestMergeReplacesCalls merges calls, which look like maps but count as values.
func TestMergeReplacesCalls(t *testing.T) {
	t.Parallel()
	plain := NewMap(E("a", NewInt(1)))
	for _, call := range []*Node{Ref("x"), GetAtt("x", "y"), Sub("z"), NewMap(E("Condition", NewString("c")))} {
		if !Merge(plain, call).Equal(call) || !Merge(call, plain).Equal(plain) {
			t.Errorf("%s was merged as a map", EncodeJSON(call))
		}
	}
}
