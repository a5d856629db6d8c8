package cfn

import (
	"maps"
	"strings"
)

// Values evaluates what can be known of a template before CloudFormation
// evaluates it: literals, and parameters behind a plain Ref. The zero Values
// knows no parameters.
type Values struct{ parameters map[string]*Node }

// NewValues returns the Values of a template whose parameters have the given
// values, defaults included. It leaves out those that may not be used or shown:
// what is given for a parameter of an SSM type is the name of its value, and one
// with NoEcho is masked, or should be.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func NewValues(template *Node, parameters map[string]*Node) Values {
	known := maps.Clone(parameters)
	maps.DeleteFunc(known, func(name string, _ *Node) bool {
		declared := template.At("Parameters", name)
		kind, _ := declared.Get("Type").AsString()
		hidden, _ := declared.Get("NoEcho").AsBool()
		return hidden || strings.HasPrefix(kind, TypeParameter+"::Value")
	})
	return Values{known}
}

// Resolve returns the value of n: the parameter's for a plain Ref to a parameter,
// n itself if it is no call. The value is nil if only CloudFormation can know it,
// and for a nil n, which is known.
func (v Values) Resolve(n *Node) (value *Node, known bool) {
	if name, ok := n.AsRef(); ok {
		value = v.parameters[name]
		return value, value != nil
	}
	if n.IsCall() {
		return nil, false
	}
	return n, true
}

// Int returns the integer that n is, if it is known to be one.
func (v Values) Int(n *Node) (int, bool) {
	value, _ := v.Resolve(n)
	return value.AsInt()
}

// Bool returns the boolean that n is, if it is known to be one.
func (v Values) Bool(n *Node) (value, ok bool) {
	resolved, _ := v.Resolve(n)
	return resolved.AsBool()
}

// Text returns the string that a scalar is, unless a dynamic reference hides it,
// and that of an Fn::Sub without a map of which all placeholders are known.
func (v Values) Text(n *Node) (string, bool) {
	if text, own := n.AsSub(); own == nil {
		if s, ok := text.AsString(); ok {
			return v.substitute(s)
		}
	}
	value, _ := v.Resolve(n)
	s, ok := value.AsScalar()
	return s, ok && !strings.Contains(s, dynamicReference)
}

// dynamicReference begins a reference that CloudFormation resolves while it
// deploys.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
const dynamicReference = "{{resolve:"

func (v Values) substitute(text string) (result string, known bool) {
	known = true
	result = ReplacePlaceholders(text, func(name string) string {
		value, ok := v.Text(Ref(name))
		known = known && ok
		return value
	})
	return result, known
}

// Visible returns as much of a string as the template shows: a scalar with its
// dynamic references, or an Fn::Sub with its placeholders. It is empty for
// everything else.
func (v Values) Visible(n *Node) string {
	value, _ := v.Resolve(n)
	if s, ok := value.AsScalar(); ok {
		return s
	}
	text, _ := n.AsSub()
	s, _ := text.AsString()
	return s
}

// List returns the list that a parameter behind a plain Ref is, and everything
// else as it is.
func (v Values) List(n *Node) *Node {
	if value, _ := v.Resolve(n); n.IsCall() && value != nil && value.Kind == List {
		return value
	}
	return n
}
