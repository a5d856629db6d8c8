package expand

import (
	"maps"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// values tells what can be known of a template's values before CloudFormation
// evaluates them: literals, and parameters behind a plain Ref.
type values struct {
	input      *cfn.Node
	parameters map[string]*cfn.Node
}

// knowable are the parameters whose values may be used and shown. What is given
// for one of SSM's is the name of its value; one with NoEcho is masked, or should
// be.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func knowable(input *cfn.Node, parameters map[string]*cfn.Node) map[string]*cfn.Node {
	known := maps.Clone(parameters)
	maps.DeleteFunc(known, func(name string, _ *cfn.Node) bool {
		declared := input.At("Parameters", name)
		kind, _ := declared.Get("Type").AsString()
		hidden, _ := declared.Get("NoEcho").AsBool()
		return hidden || strings.HasPrefix(kind, "AWS::SSM::Parameter::Value")
	})
	return known
}

// resolve returns the value of n, or nil if only CloudFormation can tell it.
func (v values) resolve(n *cfn.Node) *cfn.Node {
	if name, ok := n.AsRef(); ok {
		return v.parameters[name]
	}
	if _, _, call := n.Intrinsic(); call {
		return nil
	}
	return n
}

// list returns the values of a parameter that is a list, and everything else as
// it is.
func (v values) list(n *cfn.Node) *cfn.Node {
	if value := v.resolve(n); isCall(n) && value != nil && value.Kind == cfn.List {
		return value
	}
	return n
}

func (v values) integer(n *cfn.Node) (int, bool) { return v.resolve(n).AsInt() }

func (v values) boolean(n *cfn.Node) (value, ok bool) { return v.resolve(n).AsBool() }

// text returns a scalar's text, unless a dynamic reference hides it, and that of
// an Fn::Sub of which all placeholders are known.
func (v values) text(n *cfn.Node) (string, bool) {
	call, argument, _ := n.Intrinsic()
	if text, ok := argument.AsString(); ok && call == "Fn::Sub" {
		return v.substitute(text)
	}
	s, ok := v.resolve(n).AsScalar()
	return s, ok && !strings.Contains(s, "{{resolve:")
}

func (v values) substitute(text string) (result string, known bool) {
	known = true
	result = substituted(text, func(name string) string {
		value, ok := v.text(cfn.Ref(name))
		known = known && ok
		return value
	})
	return result, known
}

// visible is a scalar's text with dynamic references, or that of an Fn::Sub with
// its placeholders; empty for all else.
func (v values) visible(n *cfn.Node) string {
	if text, ok := v.resolve(n).AsScalar(); ok {
		return text
	}
	call, argument, _ := n.Intrinsic()
	if call != "Fn::Sub" || len(listed(argument)) == 0 {
		return ""
	}
	text, _ := listed(argument)[0].AsString()
	return text
}

// referent is the resource and the attribute that n leads to by Fn::GetAtt, by
// Ref, which has no attribute, or by an Fn::Sub of nothing else. The ID is empty
// if n is none of these.
func referent(n *cfn.Node) (id, attribute string) {
	if id, ok := n.AsRef(); ok {
		return id, ""
	}
	if id, attribute, ok := n.AsGetAtt(); ok {
		return id, attribute
	}
	call, argument, _ := n.Intrinsic()
	text, _ := argument.AsString()
	inner, isOne := strings.CutPrefix(strings.TrimSuffix(text, "}"), "${")
	if call != "Fn::Sub" || !isOne || strings.ContainsAny(inner, "${}!") {
		return "", ""
	}
	id, attribute, _ = strings.Cut(inner, ".")
	return id, attribute
}

// kind is the type of a resource of the input; empty if there is none.
func (v values) kind(id string) string {
	kind, _ := v.input.At("Resources", id, "Type").AsString()
	return kind
}

// isCall tells whether n is an intrinsic function's call.
func isCall(n *cfn.Node) bool {
	_, _, ok := n.Intrinsic()
	return ok
}
