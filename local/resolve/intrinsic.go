package resolve

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// call resolves a call of an intrinsic function; nil if it has no value.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
func (t *Template) call(p cfn.Path, n *cfn.Node, name string, argument *cfn.Node) *cfn.Node {
	p = p.Key(name)
	switch name {
	case "Ref":
		return t.ref(p, n, argument)
	case "Fn::GetAtt":
		return t.getAtt(p, n)
	case "Fn::Sub":
		return t.sub(p, argument)
	case "Fn::If":
		return t.choose(p, argument)
	case "Fn::Join":
		return t.join(p, argument)
	case "Fn::Split":
		return t.split(p, argument)
	case "Fn::Select":
		return t.selectItem(p, argument)
	case "Fn::FindInMap":
		return t.findInMap(p, argument)
	case "Fn::Base64":
		if text, ok := t.Scalar(p, argument); ok {
			return cfn.NewString(base64.StdEncoding.EncodeToString([]byte(text)))
		}
		return nil
	case "Fn::GetAZs":
		return cfn.Strings(t.location.Region+"a", t.location.Region+"b", t.location.Region+"c")
	case "Fn::Length":
		if list, ok := t.List(p, argument); ok {
			return cfn.NewInt(len(list.Items))
		}
		return nil
	case "Fn::ToJsonString":
		if v := t.Value(p, argument); v != nil {
			return cfn.NewString(string(cfn.EncodeJSON(v)))
		}
		return nil
	}
	return t.unresolved(p, n, name+" is resolved only in AWS")
}

// arguments returns the items of the list that is a function's argument, without
// resolving them.
func (t *Template) arguments(p cfn.Path, n *cfn.Node, minCount, maxCount int) ([]*cfn.Node, bool) {
	if n == nil || n.Kind != cfn.List || len(n.Items) < minCount || len(n.Items) > maxCount {
		count := strconv.Itoa(minCount)
		if maxCount != minCount {
			count += " or " + strconv.Itoa(maxCount)
		}
		t.Report(diag.LocalValue, p, n, "the argument must be a list of "+count+" values", "")
		return nil, false
	}
	return n.Items, true
}

// choose resolves the argument of Fn::If.
func (t *Template) choose(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := t.arguments(p, n, 3, 3)
	if !ok {
		return nil
	}
	name, ok := items[0].AsString()
	if !ok {
		t.Report(diag.LocalValue, p.Index(0), items[0], show(items[0])+" is not the name of a condition", "")
		return nil
	}
	if t.condition(p.Index(0), items[0], name) {
		return t.Value(p.Index(1), items[1])
	}
	return t.Value(p.Index(2), items[2])
}

// join resolves the argument of Fn::Join.
func (t *Template) join(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := t.arguments(p, n, 2, 2)
	if !ok {
		return nil
	}
	delimiter, ok1 := t.Scalar(p.Index(0), items[0])
	list, ok2 := t.List(p.Index(1), items[1])
	if !ok1 || !ok2 {
		return nil
	}
	parts := make([]string, len(list.Items))
	for i, item := range list.Items {
		if parts[i], ok = item.AsScalar(); !ok {
			t.Report(diag.LocalValue, p.Index(1).Index(i), item, show(item)+" is not a string; Fn::Join accepts only strings", "")
			return nil
		}
	}
	return cfn.NewString(strings.Join(parts, delimiter))
}

// split resolves the argument of Fn::Split.
func (t *Template) split(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := t.arguments(p, n, 2, 2)
	if !ok {
		return nil
	}
	delimiter, ok1 := t.Scalar(p.Index(0), items[0])
	text, ok2 := t.Scalar(p.Index(1), items[1])
	if !ok1 || !ok2 {
		return nil
	}
	return cfn.Strings(strings.Split(text, delimiter)...)
}

// selectItem resolves the argument of Fn::Select.
func (t *Template) selectItem(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := t.arguments(p, n, 2, 2)
	if !ok {
		return nil
	}
	i, ok1 := t.Int(p.Index(0), items[0])
	list, ok2 := t.List(p.Index(1), items[1])
	if !ok1 || !ok2 {
		return nil
	}
	if i < 0 || i >= len(list.Items) {
		t.Report(diag.LocalValue, p, n, "index "+strconv.Itoa(i)+" is out of range; the length of the list is "+strconv.Itoa(len(list.Items)), "")
		return nil
	}
	return list.Items[i]
}

// findInMap looks a value up in Mappings; a fourth argument holds a
// DefaultValue.
func (t *Template) findInMap(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := t.arguments(p, n, 3, 4)
	if !ok {
		return nil
	}
	found := t.root.Get("Mappings")
	var keys []string
	for i, item := range items[:3] {
		key, ok := t.Scalar(p.Index(i), item)
		if !ok {
			return nil
		}
		found, keys = found.Get(key), append(keys, key)
	}
	if found == nil && len(items) == 4 && items[3].Has("DefaultValue") {
		return t.Value(p.Index(3).Key("DefaultValue"), items[3].Get("DefaultValue"))
	}
	if found == nil {
		t.Report(diag.LocalValue, p, n, "Mappings has no value for "+strings.Join(keys, ", "), "")
	}
	return found
}

// sub resolves the argument of Fn::Sub: a string, or a string and a map of values.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
func (t *Template) sub(p cfn.Path, n *cfn.Node) *cfn.Node {
	template, own := n, (*cfn.Node)(nil)
	if n != nil && n.Kind == cfn.List {
		items, ok := t.arguments(p, n, 2, 2)
		if !ok {
			return nil
		}
		template, own, p = items[0], items[1], p.Index(0)
	}
	text, ok := template.AsString()
	if !ok {
		t.Report(diag.LocalValue, p, n, "Fn::Sub requires a string", "")
		return nil
	}
	return t.substitute(p, template, text, own)
}

// substitute replaces the variables of a string; own are those of Fn::Sub itself.
func (t *Template) substitute(p cfn.Path, n *cfn.Node, text string, own *cfn.Node) *cfn.Node {
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
			t.Report(diag.LocalValue, p, n, "${ has no closing }", "add the }, or write ${!…} for literal text")
			return nil
		case strings.HasPrefix(name, "!"):
			b.WriteString("${" + name[1:] + "}")
		default:
			value, ok := t.variable(p, n, strings.TrimSpace(name), own)
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

// variable resolves one ${…}: a name of the Fn::Sub's own map, an attribute or a
// Ref.
func (t *Template) variable(p cfn.Path, n *cfn.Node, name string, own *cfn.Node) (string, bool) {
	if own.Has(name) {
		return t.Scalar(p[:len(p)-1].Index(1).Key(name), own.Get(name))
	}
	var v *cfn.Node
	if id, attribute, dotted := strings.Cut(name, "."); dotted {
		v = t.attribute(p, n, id, attribute)
	} else {
		v = t.ref(p, n, &cfn.Node{Kind: cfn.String, Text: name, Range: n.Range})
	}
	if v == nil {
		return "", false
	}
	if v.Kind == cfn.List {
		return joined(v), true
	}
	return v.AsScalar()
}

// joined is a list as Fn::Sub substitutes it.
func joined(list *cfn.Node) string {
	parts := make([]string, len(list.Items))
	for i, item := range list.Items {
		parts[i], _ = item.AsScalar()
	}
	return strings.Join(parts, ",")
}
