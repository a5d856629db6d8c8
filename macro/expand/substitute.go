package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// subArgument parts the argument of an Fn::Sub: a text, or a list of a text and a
// map of values whose names hide everything else.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
func subArgument(argument *cfn.Node) (text, own *cfn.Node) {
	if argument != nil && argument.Kind == cfn.List && len(argument.Items) == 2 {
		return argument.Items[0], argument.Items[1]
	}
	return argument, nil
}

// substituted is the text of an Fn::Sub with a value in place of each ${name}.
func substituted(text string, value func(name string) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(before)
		b.WriteString(value(name))
		text = after
	}
}

// sub rewrites each placeholder of an Fn::Sub that leads to a job, and nothing
// else of its text.
func (r *rewriter) sub(p cfn.Path, argument *cfn.Node) {
	text, own := subArgument(argument)
	if s, ok := text.AsString(); ok {
		text.Text = substituted(s, func(name string) string { return r.placeholder(p, name, own) })
	}
}

func (r *rewriter) placeholder(p cfn.Path, name string, own *cfn.Node) string {
	as := "${" + name + "}"
	if own.Has(name) || strings.HasPrefix(name, "!") {
		return as
	}
	id, attribute, _ := strings.Cut(strings.TrimSpace(name), ".")
	target := r.find(p, id, attribute)
	if target == nil {
		return as
	}
	if id, ok := target.AsRef(); ok {
		return "${" + id + "}"
	}
	if id, attribute, ok := target.AsGetAtt(); ok {
		return "${" + id + "." + attribute + "}"
	}
	if text, ok := target.AsScalar(); ok {
		return strings.ReplaceAll(text, "${", "${!")
	}
	r.report(diag.UnknownReference, p, as+" leads to a call of an intrinsic function, which cannot stand in the text of Fn::Sub", "give it a name of its own in the map of the Fn::Sub, with the function's role as its value")
	return as
}
