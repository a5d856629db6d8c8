package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// sub rewrites the text of an Fn::Sub: its argument, or the first item of that,
// beside a map of values whose names hide everything else.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
func (r *rewriter) sub(p cfn.Path, argument *cfn.Node) {
	text, own := argument, (*cfn.Node)(nil)
	if argument != nil && argument.Kind == cfn.List && len(argument.Items) == 2 {
		text, own = argument.Items[0], argument.Items[1]
	}
	if s, ok := text.AsString(); ok {
		text.Text = r.placeholders(p, s, own)
	}
}

// placeholders rewrites each ${…} of a text that leads to a job, and nothing
// else of it.
func (r *rewriter) placeholders(p cfn.Path, text string, own *cfn.Node) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return b.String() + "${" + rest
		}
		b.WriteString(r.placeholder(p, name, own))
		text = after
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
