package resolve

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Exists reports whether a resource exists: it has no Condition, or one that is
// true.
func (t *Template) Exists(p cfn.Path, resource *cfn.Node) bool {
	n := resource.Get("Condition")
	name, ok := n.AsString()
	return !ok || t.condition(p.Key("Condition"), n, name)
}

// condition reports whether the named condition of the template is true. One that
// cannot be resolved counts as false, and was reported.
func (t *Template) condition(p cfn.Path, at *cfn.Node, name string) bool {
	if holds, ok := t.conditions[name]; ok {
		return holds
	}
	expression := t.root.At("Conditions", name)
	if expression == nil {
		t.Report(diag.LocalValue, p, at, name+" is not a condition of the template", "")
		return false
	}
	key := "condition " + name
	if t.resolving[key] {
		t.Report(diag.LocalValue, p, at, "the condition "+name+" refers to itself", "")
		return false
	}
	t.resolving[key] = true
	defer delete(t.resolving, key)
	before := len(t.problems)
	holds := t.holds(cfn.Path{"Conditions", name}, expression)
	if len(t.problems) == before { // otherwise the next use of the condition reports them too
		t.conditions[name] = holds
	}
	return holds
}

// holds evaluates an expression of conditions.
func (t *Template) holds(p cfn.Path, n *cfn.Node) bool {
	name, argument, ok := n.Intrinsic()
	if !ok {
		return t.Bool(p, n, false)
	}
	p = p.Key(name)
	switch name {
	case "Condition":
		if other, ok := argument.AsString(); ok {
			return t.condition(p, argument, other)
		}
	case "Fn::And", "Fn::Or":
		if items, ok := t.arguments(p, argument, 2, 10); ok {
			// All are evaluated, so that all problems come at once.
			results := make([]bool, len(items))
			for i, item := range items {
				results[i] = t.holds(p.Index(i), item)
			}
			return slices.Contains(results, true) && (name == "Fn::Or" || !slices.Contains(results, false))
		}
		return false
	case "Fn::Not":
		if items, ok := t.arguments(p, argument, 1, 1); ok {
			return !t.holds(p.Index(0), items[0])
		}
		return false
	case "Fn::Equals":
		if items, ok := t.arguments(p, argument, 2, 2); ok {
			return equal(t.Value(p.Index(0), items[0]), t.Value(p.Index(1), items[1]))
		}
		return false
	}
	return t.Bool(p, n, false)
}

// equal compares as CloudFormation does, to which 1, "1" and true, "true" are
// the same.
func equal(a, b *cfn.Node) bool {
	x, ok1 := a.AsScalar()
	y, ok2 := b.AsScalar()
	if ok1 && ok2 {
		return x == y
	}
	return a.Equal(b)
}
