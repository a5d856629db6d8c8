package cfn

import (
	"maps"
	"strings"
)

// Values evaluates the values of a template that are known before CloudFormation
// evaluates it: literals, and plain Refs to parameters. The zero Values knows no
// parameters.
type Values struct{ parameters map[string]*Node }

// NewValues returns the Values of a template with the given parameter values,
// including defaults. It skips two kinds of parameters: the value of an SSM parameter
// type is only a name, and a value with NoEcho must not be shown.
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

// Resolve returns the value of n: the parameter's value for a plain Ref to a
// parameter, n itself if it is not a call. If only CloudFormation knows the value, it
// returns nil and false. A nil n is known.
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

// Text returns the string value of a scalar without a dynamic reference, or of an
// Fn::Sub without a map of variables if all placeholders are known.
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

// dynamicReference begins a reference that CloudFormation resolves during the
// deployment.
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

// Visible returns a string as far as the template shows it: a scalar including dynamic
// references, or an Fn::Sub including placeholders. It is empty for any other value.
func (v Values) Visible(n *Node) string {
	value, _ := v.Resolve(n)
	if s, ok := value.AsScalar(); ok {
		return s
	}
	text, _ := n.AsSub()
	s, _ := text.AsString()
	return s
}

// List returns the value of a plain Ref to a parameter with a list, and any other n
// unchanged.
func (v Values) List(n *Node) *Node {
	if value, _ := v.Resolve(n); n.IsCall() && value != nil && value.Kind == List {
		return value
	}
	return n
}
