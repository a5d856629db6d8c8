package local

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// call resolves a call of an intrinsic function.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
func (s *scope) call(p cfn.Path, n *cfn.Node, name string, argument *cfn.Node) *cfn.Node {
	p = p.Key(name)
	switch name {
	case "Ref":
		return s.ref(p, n, argument)
	case "Fn::GetAtt":
		return s.getAtt(p, n)
	case "Fn::Sub":
		return s.sub(p, argument)
	case "Fn::If":
		return s.choose(p, argument)
	case "Fn::Join":
		return s.join(p, argument)
	case "Fn::Split":
		return s.split(p, argument)
	case "Fn::Select":
		return s.selectItem(p, argument)
	case "Fn::FindInMap":
		return s.findInMap(p, argument)
	case "Fn::Base64":
		if text, ok := s.text(p, argument); ok {
			return cfn.NewString(base64.StdEncoding.EncodeToString([]byte(text)))
		}
		return nil
	case "Fn::GetAZs":
		return cfn.Strings(s.region+"a", s.region+"b", s.region+"c")
	case "Fn::Length":
		if list, ok := s.listOf(p, argument); ok {
			return cfn.NewInt(len(list.Items))
		}
		return nil
	case "Fn::ToJsonString":
		if v := s.resolve(p, argument); v != nil {
			return cfn.NewString(string(cfn.EncodeJSON(v)))
		}
		return nil
	}
	return s.unresolved(p, n, name+" has no value on this machine")
}

// arguments splits the list that a function takes, without resolving it.
func (s *scope) arguments(p cfn.Path, n *cfn.Node, least, most int) ([]*cfn.Node, bool) {
	if n == nil || n.Kind != cfn.List || len(n.Items) < least || len(n.Items) > most {
		want := strconv.Itoa(least)
		if most != least {
			want += " or " + strconv.Itoa(most)
		}
		s.report(diag.LocalValue, p, n, "a list of "+want+" values is wanted here", "")
		return nil, false
	}
	return n.Items, true
}

// listOf resolves a value that must be a list.
func (s *scope) listOf(p cfn.Path, n *cfn.Node) (*cfn.Node, bool) {
	v := s.resolve(p, n)
	if v == nil {
		return nil, false
	}
	if v.Kind != cfn.List {
		s.report(diag.LocalValue, p, n, "a list is wanted here, and this is "+show(v), "")
		return nil, false
	}
	return v, true
}

func (s *scope) choose(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := s.arguments(p, n, 3, 3)
	if !ok {
		return nil
	}
	name, ok := items[0].AsString()
	if !ok {
		s.report(diag.LocalValue, p.Index(0), items[0], "the name of a condition is wanted here", "")
		return nil
	}
	if s.condition(p.Index(0), items[0], name) {
		return s.resolve(p.Index(1), items[1])
	}
	return s.resolve(p.Index(2), items[2])
}

func (s *scope) join(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := s.arguments(p, n, 2, 2)
	if !ok {
		return nil
	}
	delimiter, ok1 := s.text(p.Index(0), items[0])
	list, ok2 := s.listOf(p.Index(1), items[1])
	if !ok1 || !ok2 {
		return nil
	}
	parts := make([]string, len(list.Items))
	for i, item := range list.Items {
		if parts[i], ok = item.AsScalar(); !ok {
			s.report(diag.LocalValue, p.Index(1).Index(i), item, "Fn::Join joins texts, and this is "+show(item), "")
			return nil
		}
	}
	return cfn.NewString(strings.Join(parts, delimiter))
}

func (s *scope) split(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := s.arguments(p, n, 2, 2)
	if !ok {
		return nil
	}
	delimiter, ok1 := s.text(p.Index(0), items[0])
	text, ok2 := s.text(p.Index(1), items[1])
	if !ok1 || !ok2 {
		return nil
	}
	return cfn.Strings(strings.Split(text, delimiter)...)
}

func (s *scope) selectItem(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := s.arguments(p, n, 2, 2)
	if !ok {
		return nil
	}
	i, ok1 := s.integer(p.Index(0), items[0])
	list, ok2 := s.listOf(p.Index(1), items[1])
	if !ok1 || !ok2 {
		return nil
	}
	if i < 0 || i >= len(list.Items) {
		s.report(diag.LocalValue, p, n, "there is no item "+strconv.Itoa(i)+" in a list of "+strconv.Itoa(len(list.Items)), "")
		return nil
	}
	return list.Items[i]
}

// findInMap looks a value up in Mappings; a fourth argument holds a
// DefaultValue.
func (s *scope) findInMap(p cfn.Path, n *cfn.Node) *cfn.Node {
	items, ok := s.arguments(p, n, 3, 4)
	if !ok {
		return nil
	}
	found := s.template.Get("Mappings")
	var keys []string
	for i, item := range items[:3] {
		key, ok := s.text(p.Index(i), item)
		if !ok {
			return nil
		}
		found, keys = found.Get(key), append(keys, key)
	}
	if found == nil && len(items) == 4 && items[3].Has("DefaultValue") {
		return s.resolve(p.Index(3).Key("DefaultValue"), items[3].Get("DefaultValue"))
	}
	if found == nil {
		s.report(diag.LocalValue, p, n, "Mappings has no value for "+strings.Join(keys, ", "), "")
	}
	return found
}
