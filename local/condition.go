package local

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// exists tells whether a resource's Condition lets it exist.
func (s *scope) exists(p cfn.Path, resource *cfn.Node) bool {
	n := resource.Get("Condition")
	name, ok := n.AsString()
	return !ok || s.condition(p.Key("Condition"), n, name)
}

// condition tells whether the named condition of the template holds. One that
// cannot be told counts as false, and was reported.
func (s *scope) condition(p cfn.Path, at *cfn.Node, name string) bool {
	if holds, ok := s.conditions[name]; ok {
		return holds
	}
	expression := s.template.At("Conditions", name)
	if expression == nil {
		s.report(diag.LocalValue, p, at, "there is no condition "+name, "")
		return false
	}
	key := "condition " + name
	if s.busy[key] {
		s.report(diag.LocalValue, p, at, "the condition "+name+" refers to itself", "")
		return false
	}
	s.busy[key] = true
	defer delete(s.busy, key)
	before := len(s.problems)
	holds := s.holds(cfn.Path{"Conditions", name}, expression)
	if len(s.problems) == before { // otherwise they are reported to the next who asks
		s.conditions[name] = holds
	}
	return holds
}

// holds evaluates an expression of conditions.
func (s *scope) holds(p cfn.Path, n *cfn.Node) bool {
	name, argument, ok := n.Intrinsic()
	if !ok {
		return s.boolean(p, n, false)
	}
	p = p.Key(name)
	switch name {
	case "Condition":
		if other, ok := argument.AsString(); ok {
			return s.condition(p, argument, other)
		}
	case "Fn::And", "Fn::Or":
		if items, ok := s.arguments(p, argument, 2, 10); ok {
			// All are evaluated, so that all problems come at once.
			results := make([]bool, len(items))
			for i, item := range items {
				results[i] = s.holds(p.Index(i), item)
			}
			return slices.Contains(results, true) && (name == "Fn::Or" || !slices.Contains(results, false))
		}
		return false
	case "Fn::Not":
		if items, ok := s.arguments(p, argument, 1, 1); ok {
			return !s.holds(p.Index(0), items[0])
		}
		return false
	case "Fn::Equals":
		if items, ok := s.arguments(p, argument, 2, 2); ok {
			return equal(s.resolve(p.Index(0), items[0]), s.resolve(p.Index(1), items[1]))
		}
		return false
	}
	return s.boolean(p, n, false)
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
