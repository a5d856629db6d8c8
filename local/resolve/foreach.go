package resolve

import (
	"regexp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// expandLoops returns a copy of a template in which loops are expanded, as
// AWS::LanguageExtensions does. A loop whose collection cannot be resolved stays:
// ReportLoop reports it when something that runs needs it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
func (t *Template) expandLoops(p cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil || len(n.Items)+len(n.Entries) == 0 {
		return n
	}
	expanded := &cfn.Node{Kind: n.Kind, Range: n.Range}
	for i, item := range n.Items {
		expanded.Items = append(expanded.Items, t.expandLoops(p.Index(i), item))
	}
	for _, e := range n.Entries {
		at := p.Key(e.Key)
		if entries, ok := t.expandLoop(at, e); ok {
			expanded.Entries = append(expanded.Entries, entries...)
			continue
		}
		e.Value = t.expandLoops(at, e.Value)
		expanded.Entries = append(expanded.Entries, e)
	}
	return expanded
}

// expandLoop returns the entries of a loop: its body, once for each value.
func (t *Template) expandLoop(p cfn.Path, e cfn.Entry) (entries []cfn.Entry, ok bool) {
	if !strings.HasPrefix(e.Key, cfn.ForEach) || e.Value == nil || len(e.Value.Items) != 3 {
		return nil, false
	}
	identifier, ok1 := e.Value.Items[0].AsString()
	var values *cfn.Node
	t.Collect(func() { values, _ = t.List(p.Index(1), e.Value.Items[1]) })
	if !ok1 || values == nil {
		return nil, false
	}
	for _, item := range values.Items {
		value, scalar := item.AsScalar()
		if !scalar {
			return nil, false
		}
		body := substitution{identifier, value}.in(e.Value.Items[2])
		entries = append(entries, t.expandLoops(p.Index(2), body).Entries...)
	}
	return entries, true
}

// ReportLoop reports why a loop could not be expanded. It returns false if the
// entry is not a loop.
func (t *Template) ReportLoop(p cfn.Path, key string, n *cfn.Node) bool {
	if !strings.HasPrefix(key, cfn.ForEach) {
		return false
	}
	items, ok := t.arguments(p, n, 3, 3)
	if !ok {
		return true
	}
	if _, ok := items[0].AsString(); !ok {
		t.Report(diag.LocalValue, p.Index(0), items[0], show(items[0])+" is not the name of an identifier", "")
		return true
	}
	values, ok := t.List(p.Index(1), items[1])
	for i := 0; ok && i < len(values.Items); i++ {
		_, ok = t.Scalar(p.Index(1), values.Items[i])
	}
	return true
}

// reportLoopsMaking reports why the loops that may make a resource of this ID
// could not be expanded. It returns false if there are none.
func (t *Template) reportLoopsMaking(id string) bool {
	found := false
	resources := t.Resources()
	for _, key := range resources.Keys() {
		if loop := resources.Get(key); strings.HasPrefix(key, cfn.ForEach) && makes(loop, id) {
			found = t.ReportLoop(cfn.Path{"Resources", key}, key, loop) || found
		}
	}
	return found
}

// placeholder is a place in a string that a loop substitutes.
var placeholder = regexp.MustCompile(`[$&]\{[^}]*}`)

// makes reports whether a loop can make an entry of this name.
func makes(loop *cfn.Node, name string) bool {
	return len(loop.Items) == 3 && slices.ContainsFunc(loop.Items[2].Entries, func(e cfn.Entry) bool {
		if strings.HasPrefix(e.Key, cfn.ForEach) {
			return makes(e.Value, name)
		}
		parts := placeholder.Split(e.Key, -1)
		for i, part := range parts {
			parts[i] = regexp.QuoteMeta(part)
		}
		return matches(strings.Join(parts, ".*"), name)
	})
}

// substitution is a loop's identifier and one of its values.
type substitution struct{ identifier, value string }

// in returns a copy of n with the value in place of the identifier.
func (s substitution) in(n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	if id, ok := n.AsRef(); ok && id == s.identifier {
		return &cfn.Node{Kind: cfn.String, Text: s.value, Range: n.Range}
	}
	result := &cfn.Node{Kind: n.Kind, Text: n.Text, Range: n.Range}
	if n.Kind == cfn.String {
		result.Text = s.inString(n.Text)
	}
	for _, item := range n.Items {
		result.Items = append(result.Items, s.in(item))
	}
	for _, e := range n.Entries {
		result.Entries = append(result.Entries, cfn.Entry{Key: s.inString(e.Key), KeyRange: e.KeyRange, Value: s.in(e.Value)})
	}
	return result
}

// notInIDs matches the characters that logical IDs cannot have.
var notInIDs = regexp.MustCompile(`[^a-zA-Z0-9]`)

// inString substitutes ${…}, and &{…}, which drops the characters that logical
// IDs cannot have.
func (s substitution) inString(text string) string {
	return strings.NewReplacer(
		"${"+s.identifier+"}", s.value,
		"&{"+s.identifier+"}", notInIDs.ReplaceAllString(s.value, ""),
	).Replace(text)
}
