package local

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// sub resolves the argument of Fn::Sub: a text, or a text and a map of values.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
func (s *scope) sub(p cfn.Path, n *cfn.Node) *cfn.Node {
	template, own := n, (*cfn.Node)(nil)
	if n != nil && n.Kind == cfn.List {
		items, ok := s.arguments(p, n, 2, 2)
		if !ok {
			return nil
		}
		template, own, p = items[0], items[1], p.Index(0)
	}
	text, ok := template.AsString()
	if !ok {
		s.report(diag.LocalValue, p, n, "Fn::Sub wants a text", "")
		return nil
	}
	return s.substitute(p, template, text, own)
}

func (s *scope) substitute(p cfn.Path, n *cfn.Node, text string, own *cfn.Node) *cfn.Node {
	var b strings.Builder
	complete := true
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		switch {
		case !closed:
			s.report(diag.LocalValue, p, n, "a ${ is not closed", "close it with }, or write ${!…} for the literal text")
			return nil
		case strings.HasPrefix(name, "!"):
			b.WriteString("${" + name[1:] + "}")
		default:
			value, ok := s.placeholder(p, n, strings.TrimSpace(name), own)
			b.WriteString(value)
			complete = complete && ok
		}
		text = after
	}
	if !complete {
		return nil
	}
	return cfn.NewString(b.String())
}

// placeholder resolves one ${…}: a name of the Fn::Sub's own map, an attribute
// or a Ref.
func (s *scope) placeholder(p cfn.Path, n *cfn.Node, name string, own *cfn.Node) (string, bool) {
	if own.Has(name) {
		return s.text(p[:len(p)-1].Index(1).Key(name), own.Get(name))
	}
	var v *cfn.Node
	if id, attribute, dotted := strings.Cut(name, "."); dotted {
		v = s.attribute(p, n, id, attribute)
	} else {
		v = s.ref(p, n, &cfn.Node{Kind: cfn.String, Text: name, Range: n.Range})
	}
	if v == nil {
		return "", false
	}
	if v.Kind == cfn.List {
		return joined(v), true
	}
	return v.AsScalar()
}

// joined is a list as CloudFormation substitutes it.
func joined(list *cfn.Node) string {
	parts := make([]string, len(list.Items))
	for i, item := range list.Items {
		parts[i], _ = item.AsScalar()
	}
	return strings.Join(parts, ",")
}
