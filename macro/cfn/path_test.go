package cfn

import (
	"slices"
	"testing"
)

// TestWalkVisitsEveryValue expects Walk to visit every value once, and Find to find
// it at the path that Walk gave.
func TestWalkVisitsEveryValue(t *testing.T) {
	t.Parallel()
	forTrees(t, func(t *testing.T, a, _ *Node) {
		var kept []Path
		var visited []*Node
		a.Walk(Path{}, func(p Path, n *Node) bool {
			if a.Find(p) != n {
				t.Errorf("%v is not the path of %s in %s", p, EncodeJSON(n), EncodeJSON(a))
			}
			_ = append(p, "changed")
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
