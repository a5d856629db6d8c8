package local

import (
	"regexp"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
)

// writeOut returns a copy of a template whose loops are written out, as
// AWS::LanguageExtensions would. A loop whose values cannot be told stays: it is
// reported where something that runs needs it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
func (s *scope) writeOut(p cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil || len(n.Items)+len(n.Entries) == 0 {
		return n
	}
	written := &cfn.Node{Kind: n.Kind, Range: n.Range}
	for i, item := range n.Items {
		written.Items = append(written.Items, s.writeOut(p.Index(i), item))
	}
	for _, e := range n.Entries {
		at := p.Key(e.Key)
		if entries, ok := s.loop(at, e); ok {
			written.Entries = append(written.Entries, entries...)
			continue
		}
		e.Value = s.writeOut(at, e.Value)
		written.Entries = append(written.Entries, e)
	}
	return written
}

// loop is what a loop stands for: its body once for each value.
func (s *scope) loop(p cfn.Path, e cfn.Entry) (entries []cfn.Entry, ok bool) {
	if !strings.HasPrefix(e.Key, cfn.ForEach) || e.Value == nil || len(e.Value.Items) != 3 {
		return nil, false
	}
	identifier, ok1 := e.Value.Items[0].AsString()
	var values *cfn.Node
	s.apart(func() { values, _ = s.listOf(p.Index(1), e.Value.Items[1]) })
	if !ok1 || values == nil {
		return nil, false
	}
	for _, item := range values.Items {
		value, scalar := item.AsScalar()
		if !scalar {
			return nil, false
		}
		filled := filling{identifier, value}.in(e.Value.Items[2])
		entries = append(entries, s.writeOut(p.Index(2), filled).Entries...)
	}
	return entries, true
}

// leftLoop reports why a loop could not be written out, if the entry is one.
func (s *scope) leftLoop(p cfn.Path, key string, n *cfn.Node) bool {
	if !strings.HasPrefix(key, cfn.ForEach) {
		return false
	}
	items, ok := s.arguments(p, n, 3, 3)
	if ok {
		s.listOf(p.Index(1), items[1])
	}
	return true
}

// filling is a loop's identifier and its value.
type filling struct{ identifier, value string }

// in returns a copy of n with the value in the identifier's place.
func (f filling) in(n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	if id, ok := n.AsRef(); ok && id == f.identifier {
		return &cfn.Node{Kind: cfn.String, Text: f.value, Range: n.Range}
	}
	filled := &cfn.Node{Kind: n.Kind, Text: n.Text, Range: n.Range}
	if n.Kind == cfn.String {
		filled.Text = f.text(n.Text)
	}
	for _, item := range n.Items {
		filled.Items = append(filled.Items, f.in(item))
	}
	for _, e := range n.Entries {
		filled.Entries = append(filled.Entries, cfn.Entry{Key: f.text(e.Key), KeyRange: e.KeyRange, Value: f.in(e.Value)})
	}
	return filled
}

// notInIDs are the characters that logical IDs have not.
var notInIDs = regexp.MustCompile(`[^a-zA-Z0-9]`)

// text fills in ${…}, and &{…}, which leaves out what logical IDs have not.
func (f filling) text(s string) string {
	return strings.NewReplacer(
		"${"+f.identifier+"}", f.value,
		"&{"+f.identifier+"}", notInIDs.ReplaceAllString(f.value, ""),
	).Replace(s)
}
