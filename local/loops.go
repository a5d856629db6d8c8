package local

import (
	"regexp"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
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
	if !ok {
		return true
	}
	if _, ok := items[0].AsString(); !ok {
		s.report(diag.LocalValue, p.Index(0), items[0], "the name of one identifier is wanted here, and this is "+show(items[0]), "")
		return true
	}
	values, ok := s.listOf(p.Index(1), items[1])
	for i := 0; ok && i < len(values.Items); i++ {
		_, ok = s.text(p.Index(1), values.Items[i])
	}
	return true
}

// readLeftLoop tells of a loop of resources that could not be written out. It
// may hold what is to run, where no functions are required; else these do
// without it, or a reference of theirs tells of it.
func (s *scope) readLeftLoop(p cfn.Path, n *cfn.Node, required []string) {
	if !standsUp(n) {
		return
	}
	key := p[len(p)-1]
	problems := s.apart(func() { s.leftLoop(p, key, n) })
	for _, d := range problems {
		if len(required) == 0 {
			s.add(d)
		} else {
			s.notes = append(s.notes, "the loop "+strings.TrimPrefix(key, cfn.ForEach)+" is left out here: "+d.Problem)
		}
	}
}

// standsUp tells whether a loop makes resources of types that are stood up.
func standsUp(loop *cfn.Node) bool {
	if len(loop.Items) != 3 {
		return true // as far as can be told
	}
	return slices.ContainsFunc(loop.Items[2].Entries, func(e cfn.Entry) bool {
		if strings.HasPrefix(e.Key, cfn.ForEach) {
			return standsUp(e.Value)
		}
		kind, _ := e.Value.Get("Type").AsString()
		return slices.Contains([]string{queueType, functionType, serverlessType, mappingType}, kind)
	})
}

// mayLoop reports why loops that would make a resource of this ID could not be
// written out; it tells whether there are any.
func (s *scope) mayLoop(id string) bool {
	found := false
	resources := s.template.Get("Resources")
	for _, key := range resources.Keys() {
		if loop := resources.Get(key); strings.HasPrefix(key, cfn.ForEach) && makes(loop, id) {
			found = s.leftLoop(cfn.Path{"Resources", key}, key, loop) || found
		}
	}
	return found
}

// blank is a place in a text that a loop fills in.
var blank = regexp.MustCompile(`[$&]\{[^}]*}`)

// makes tells whether a loop makes entries of this name, with some value or other.
func makes(loop *cfn.Node, name string) bool {
	return len(loop.Items) == 3 && slices.ContainsFunc(loop.Items[2].Entries, func(e cfn.Entry) bool {
		if strings.HasPrefix(e.Key, cfn.ForEach) {
			return makes(e.Value, name)
		}
		parts := blank.Split(e.Key, -1)
		for i, part := range parts {
			parts[i] = regexp.QuoteMeta(part)
		}
		return matches(strings.Join(parts, ".*"), name)
	})
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
