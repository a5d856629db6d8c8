package cfn

import (
	"go.yaml.in/yaml/v4"

	"github.com/serverless-star/starjob/macro/diag"
)

// mapping reads a map. A key that is there twice is reported, and its last value
// kept.
func (r *yamlReader) mapping(n *yaml.Node) *Node {
	m := &Node{Kind: Map, Entries: make([]Entry, 0, len(n.Content)/2)}
	index := make(map[string]int, len(n.Content)/2)
	var merged []Entry
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if isMerge(key) {
			merged = append(merged, r.merged(value)...)
			continue
		}
		text, place := r.key(key)
		e := Entry{text, place, r.in(Path{text}, value)}
		if at, twice := index[text]; twice {
			r.list = append(r.list, duplicate(r.path.String(), text, m.Entries[at].KeyRange, place))
			m.Entries[at] = e
			continue
		}
		index[text] = len(m.Entries)
		m.Entries = append(m.Entries, e)
	}
	return merge(m, index, merged)
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && (key.Tag == "!!merge")
}

// merge puts merged entries in front of a map's own, which win over them, as the
// first of merged entries wins over later ones. https://yaml.org/type/merge.html
func merge(m *Node, own map[string]int, merged []Entry) *Node {
	var added []Entry
	for _, e := range merged {
		if _, ok := own[e.Key]; !ok {
			own[e.Key] = -1
			added = append(added, e)
		}
	}
	m.Entries = append(added, m.Entries...)
	return m
}

// merged reads the value of a merge key: a map, or a list of maps.
func (r *yamlReader) merged(n *yaml.Node) []Entry {
	value := r.in(Path{"<<"}, n)
	maps := []*Node{value}
	if value.Kind == List {
		maps = value.Items
	}
	var entries []Entry
	for _, m := range maps {
		if m.Kind != Map {
			r.report(m.Range, "<< wants a map or a list of maps, not "+m.Kind.article(), "name the anchor of a map, as in <<: *defaults")
			continue
		}
		entries = append(entries, m.Entries...)
	}
	return entries
}

// key reads a key, which becomes a text whatever it is.
func (r *yamlReader) key(n *yaml.Node) (string, diag.Range) {
	value := r.node(n)
	text, ok := value.AsScalar()
	if value.Kind == Null && n.Value != "" {
		return n.Value, value.Range
	}
	if !ok {
		r.report(value.Range, "a key is "+value.Kind.article()+", and keys are strings", "write a string before the colon")
		return string(EncodeJSON(value)), value.Range
	}
	return text, value.Range
}
