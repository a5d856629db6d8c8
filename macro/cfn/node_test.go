package cfn

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// forests runs check with many trees, always the same.
func forests(t *testing.T, check func(t *testing.T, a, b *Node)) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		check(t, grow(random, 4), grow(random, 4))
	}
}

// grow returns a tree; keys are few, so that trees overlap.
func grow(random *rand.Rand, depth int) *Node {
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
			n.Items = append(n.Items, grow(random, depth-1))
		}
	case Map:
		for _, i := range random.Perm(4)[:random.IntN(4)] {
			n.Set([]string{"a", "b", "Ref", "Fn::Sub"}[i], grow(random, depth-1))
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

func TestEqual(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	forests(t, func(t *testing.T, a, b *Node) {
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
	forests(t, func(t *testing.T, a, _ *Node) {
		before := string(EncodeJSON(a))
		spoil(a.Clone())
		if after := string(EncodeJSON(a)); after != before {
			t.Errorf("%s became %s", before, after)
		}
	})
}

// spoil changes everything that a tree holds.
func spoil(n *Node) {
	n.Walk(nil, func(_ Path, n *Node) bool {
		n.Text += "spoilt"
		for i := range n.Entries {
			n.Entries[i].Key += "spoilt"
		}
		return true
	})
	n.Items, n.Entries = append(n.Items, NewInt(1)), append(n.Entries, E("spoilt", nil))
}

func TestMerge(t *testing.T) {
	t.Parallel()
	forests(t, func(t *testing.T, base, over *Node) {
		b, o := string(EncodeJSON(base)), string(EncodeJSON(over))
		merged := Merge(base, over)
		if !Merge(base, nil).Equal(base) || !Merge(nil, over).Equal(over) || !Merge(base, base).Equal(base) {
			t.Errorf("%s merged with nothing or itself is something else", b)
		}
		if !Merge(merged, over).Equal(merged) {
			t.Errorf("%s merged twice over %s changes", o, b)
		}
		if base.mergeable() && over.mergeable() {
			mergedKeys(t, base, over, merged)
		} else if !merged.Equal(over) {
			t.Errorf("%s over %s is %s", o, b, EncodeJSON(merged))
		}
		spoil(merged)
		if string(EncodeJSON(base)) != b || string(EncodeJSON(over)) != o {
			t.Errorf("merging %s over %s changes them", o, b)
		}
	})
	if Merge(nil, nil) != nil {
		t.Error("nothing over nothing is something")
	}
}

// mergedKeys wants base's keys in their order, then over's, each with the merged
// values.
func mergedKeys(t *testing.T, base, over, merged *Node) {
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

// TestMergeReplacesCalls merges what looks like maps but is values.
func TestMergeReplacesCalls(t *testing.T) {
	t.Parallel()
	plain := NewMap(E("a", NewInt(1)))
	for _, call := range []*Node{Ref("x"), GetAtt("x", "y"), Sub("z"), NewMap(E("Condition", NewString("c")))} {
		if !Merge(plain, call).Equal(call) || !Merge(call, plain).Equal(plain) {
			t.Errorf("%s was merged as a map", EncodeJSON(call))
		}
	}
}

// TestWalkFinds wants Walk to visit every value once, and Find to find it there.
func TestWalkFinds(t *testing.T) {
	t.Parallel()
	forests(t, func(t *testing.T, a, _ *Node) {
		var kept []Path
		var visited []*Node
		a.Walk(Path{}, func(p Path, n *Node) bool {
			if a.Find(p) != n {
				t.Errorf("%v does not lead to %s in %s", p, EncodeJSON(n), EncodeJSON(a))
			}
			_ = append(p, "spoilt")
			kept, visited = append(kept, slices.Clone(p)), append(visited, n)
			return true
		})
		if len(visited) != count(a) {
			t.Errorf("Walk visits %d of %d values", len(visited), count(a))
		}
		for i, p := range kept {
			if a.Find(p) != visited[i] {
				t.Errorf("%v was another value's path", p)
			}
		}
	})
}

func count(n *Node) int {
	total := 1
	for _, item := range n.Items {
		total += count(item)
	}
	for _, e := range n.Entries {
		total += count(e.Value)
	}
	return total
}

func TestWalkPrunes(t *testing.T) {
	t.Parallel()
	n := parse(t, "{a: {b: {c: 1}}, d: [e]}")
	var paths []string
	n.Walk(Path{"root"}, func(p Path, n *Node) bool {
		paths = append(paths, p.String())
		return !n.Has("c")
	})
	if want := []string{"root", "root.a", "root.a.b", "root.d", "root.d.0"}; !slices.Equal(paths, want) {
		t.Errorf("Walk visits %v, want %v", paths, want)
	}
}

func TestFindMisses(t *testing.T) {
	t.Parallel()
	n := parse(t, "{a: [1], b: {c: null}}")
	for _, p := range []Path{{"x"}, {"a", "1"}, {"a", "-1"}, {"a", "x"}, {"a", "0", "x"}, {"b", "c", "d"}, {"b", "0"}} {
		if found := n.Find(p); found != nil {
			t.Errorf("Find(%v) = %s", p, EncodeJSON(found))
		}
	}
	if p := (Path{"a"}); p.Key("b").String() != "a.b" || p.Index(2).String() != "a.2" || len(p) != 1 {
		t.Error("paths do not join")
	}
}

func TestMapKeys(t *testing.T) {
	t.Parallel()
	n := NewMap(E("a", NewInt(1)))
	n.Set("b", NewInt(2))
	n.Set("a", NewInt(3))
	n.Default("a", NewInt(4))
	n.Default("c", NewInt(5))
	n.Delete("b")
	n.Delete("x")
	if got := string(EncodeJSON(n)); got != `{"a":3,"c":5}` {
		t.Errorf("got %s", got)
	}
	if n.At("a", "b") != nil || n.At("c") != n.Get("c") || n.Has("b") || (*Node)(nil).Keys() != nil || !n.KeyRange("x").IsZero() {
		t.Error("keys lead astray")
	}
}

func TestIntrinsics(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"!GetAtt A.B.C": "A B.C true", "{Fn::GetAtt: A.B.C}": "A B.C true", "!GetAtt [A, B, C]": "A B.C true",
		"!GetAtt A": "  false", "!GetAtt [A]": "  false", "!GetAtt [A, !Ref B]": "  false", "!Ref A": "  false", "{Fn::GetAtt: null}": "  false",
	} {
		id, attribute, ok := parse(t, "Key: "+source).Get("Key").AsGetAtt()
		if !ok {
			id, attribute = "", ""
		}
		if got := id + " " + attribute + " " + strconv.FormatBool(ok); got != want {
			t.Errorf("AsGetAtt of %s is %q, want %q", source, got, want)
		}
	}
	if name, ok := Ref("a").AsRef(); name != "a" || !ok {
		t.Error("AsRef misses a Ref")
	}
	if _, ok := Sub("a").AsRef(); ok {
		t.Error("AsRef takes Fn::Sub")
	}
}

func TestScalars(t *testing.T) {
	t.Parallel()
	if i, ok := NewString("12").AsInt(); i != 12 || !ok {
		t.Error("a text that holds a number is no int")
	}
	if _, ok := NewString("1.5").AsInt(); ok {
		t.Error("1.5 is an int")
	}
	if b, ok := NewString("True").AsBool(); !b || !ok {
		t.Error("a text that holds a boolean is no bool")
	}
	if _, ok := NewInt(1).AsBool(); ok {
		t.Error("1 is a bool")
	}
	if s, ok := NewBool(true).AsScalar(); s != "true" || !ok {
		t.Error("a boolean has no text")
	}
	if _, ok := NewList().AsScalar(); ok {
		t.Error("a list has a text")
	}
}

// TestCalls tells calls from maps that happen to have one key.
func TestCalls(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"!Ref a": true, "{Condition: a}": true, "{Ref: !Sub a}": true, "{Ref: {Ref: a}}": true, "{Fn::Any: null}": true,
		"{Fn::ForEach::L: []}": false, "{Ref: null}": false, "{Ref: {}}": false, "{Ref: {Handler: a}}": false, "{Condition: {StringEquals: {a: b}}}": false, "{Ref: [a]}": false,
		"{Ref: a, b: c}": false, "{ref: a}": false, "a": false, "[]": false, "{}": false,
	} {
		if _, _, call := parse(t, "Key: "+source).Get("Key").Intrinsic(); call != want {
			t.Errorf("%s is taken for a call: %t", source, call)
		}
	}
}
