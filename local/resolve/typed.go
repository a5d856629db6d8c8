package resolve

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// The methods of this file resolve a value that must be of one type. They
// report values of another type, and values that cannot be resolved.

// Scalar resolves a value that must be a scalar, and reports whether it is one.
func (t *Template) Scalar(p cfn.Path, n *cfn.Node) (string, bool) {
	v := t.Value(p, n)
	if v == nil {
		return "", false
	}
	text, ok := v.AsScalar()
	if !ok {
		t.Report(diag.LocalValue, p, n, show(v)+" is not a string", "")
	}
	return text, ok
}

// ScalarOr is [Template.Scalar], but with a fix to suggest if the value cannot be
// resolved.
func (t *Template) ScalarOr(fix string, p cfn.Path, n *cfn.Node) (string, bool) {
	t.fix = fix
	defer func() { t.fix = "" }()
	return t.Scalar(p, n)
}

// Optional resolves a scalar that nothing needs locally. It is empty if
// it cannot be resolved, which is not reported.
func (t *Template) Optional(p cfn.Path, n *cfn.Node) string {
	var text string
	t.Collect(func() { text, _ = t.Scalar(p, n) })
	return text
}

// Int resolves a value that must be an integer, and reports whether it is one.
func (t *Template) Int(p cfn.Path, n *cfn.Node) (int, bool) {
	v := t.Value(p, n)
	if v == nil {
		return 0, false
	}
	i, ok := v.AsInt()
	if !ok {
		t.Report(diag.LocalValue, p, n, show(v)+" is not an integer", "")
	}
	return i, ok
}

// Bool resolves a value that must be true or false. It returns otherwise if
// there is no value, or another one.
func (t *Template) Bool(p cfn.Path, n *cfn.Node, otherwise bool) bool {
	v := t.Value(p, n)
	if v == nil {
		return otherwise
	}
	b, ok := v.AsBool()
	if !ok {
		t.Report(diag.LocalValue, p, n, show(v)+" is not true or false", "")
		return otherwise
	}
	return b
}

// List resolves a value that must be a list, and reports whether it is one.
func (t *Template) List(p cfn.Path, n *cfn.Node) (*cfn.Node, bool) {
	v := t.Value(p, n)
	if v == nil {
		return nil, false
	}
	if v.Kind != cfn.List {
		t.Report(diag.LocalValue, p, n, show(v)+" is not a list", "")
		return nil, false
	}
	return v, true
}

// Items resolves the items of a value that must be a list; none if there is no
// value.
func (t *Template) Items(p cfn.Path, n *cfn.Node) []*cfn.Node {
	if n == nil {
		return nil
	}
	list, ok := t.List(p, n)
	if !ok {
		return nil
	}
	return list.Items
}

// show describes a value in a message.
func show(n *cfn.Node) string {
	if text, ok := n.AsScalar(); ok {
		return `"` + text + `"`
	}
	return map[cfn.Kind]string{cfn.Null: "null", cfn.List: "a list", cfn.Map: "a map"}[n.Kind]
}
