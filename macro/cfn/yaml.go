package cfn

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/serverless-star/starjob/macro/diag"
)

// maxAliased is the maximum number of values that aliases may add to a template. A
// template of 1 MB has far fewer values. A malicious template with nested aliases
// exceeds the limit at once.
const maxAliased = 200_000

// yamlReader turns the YAML library's nodes into a tree: lists and maps here,
// scalars in yamlscalar.go, tags in yamltag.go, positions in yamlcursor.go.
type yamlReader struct {
	cursor  cursor
	path    Path
	list    diag.List
	anchors map[*yaml.Node]*Node // complete values that have an anchor
	aliased int                  // values that aliases have added so far
}

// readYAML reads the only document of a source. It returns nil if there are no or
// several documents, or if the document cannot be read.
func readYAML(text string) (*Node, diag.List) {
	if at := strings.IndexFunc(text, isControl); at >= 0 {
		c, _ := utf8.DecodeRuneInString(text[at:])
		return nil, diag.List{unreadable(text, at, fmt.Sprintf("the template contains the control character %U", c),
			fmt.Sprintf(`remove the character, or escape it in double quotes: "\u%04X"`, c))}
	}
	r := yamlReader{cursor: newCursor(text), anchors: map[*yaml.Node]*Node{}}
	var documents []yaml.Node
	if err := yaml.Load([]byte(text), &documents, yaml.WithAllDocuments()); err != nil {
		return nil, diag.List{r.syntax(err)}
	}
	switch {
	case len(documents) == 0 || len(documents) == 1 && isEmpty(documents[0].Content[0]):
		r.report(diag.Range{}, "the template is empty", "start with a section, such as Resources:")
		return nil, r.list
	case len(documents) > 1:
		second := r.cursor.pos(documents[1].Line, documents[1].Column)
		r.report(diag.Range{Start: second, End: second}, fmt.Sprintf("the file has %d YAML documents (allowed: 1)", len(documents)),
			"remove the line --- and everything that is not part of the template")
		return nil, r.list
	}
	return r.node(documents[0].Content[0]), r.list
}

// isControl reports whether YAML forbids the character c.
// https://yaml.org/spec/1.2.2/#51-character-set
func isControl(c rune) bool {
	return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == '\uFFFE' || c == '\uFFFF'
}

func isEmpty(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// yamlError begins the messages of the YAML library.
const yamlError = "YAML error: "

// syntax turns the library's error into a diagnostic.
func (r *yamlReader) syntax(err error) diag.Diagnostic {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return syntax(diag.Range{}, yamlError+strings.TrimPrefix(err.Error(), "yaml: "), "")
	}
	problem, fix := load.Message, ""
	if load.ContextMsg != "" {
		problem = load.ContextMsg + ": " + problem
		if open := load.ContextMark.Line; open > 0 && open != load.Mark.Line {
			problem += fmt.Sprintf(" (it starts on line %d)", open)
		}
	}
	if load.Mark.Line == 0 {
		return syntax(diag.Range{}, yamlError+problem, "")
	}
	start := r.cursor.pos(load.Mark.Line, load.Mark.Column)
	switch rest := r.cursor.rest(); {
	case strings.TrimSpace(rest) == "":
		start, fix = r.cursor.endOfText(), "close the open bracket or quote at the end"
	case strings.HasPrefix(rest, "\t"):
		fix = "indent with spaces; YAML does not allow tabs"
	case strings.Contains(problem, "cannot start any token"):
		fix = "put the string in quotes"
	case strings.Contains(problem, "mapping values are not allowed"):
		fix = "check the indentation, and put a string that contains a colon and a space in quotes"
	}
	return syntax(diag.Range{Start: start, End: diag.Pos{Line: start.Line, Column: start.Column + 1}}, yamlError+problem, fix)
}

// report adds a diag.Structure for the value at the reader's path.
func (r *yamlReader) report(place diag.Range, problem, fix string) {
	r.list = append(r.list, diag.Diagnostic{
		Code: diag.Structure, Path: r.path.String(), Range: place, Problem: problem, Fix: fix,
	})
}

// child reads a value one step further down.
func (r *yamlReader) child(step Path, n *yaml.Node) *Node {
	depth := len(r.path)
	r.path = append(r.path, step...)
	value := r.node(n)
	r.path = r.path[:depth]
	return value
}

// node reads a value. It never returns nil: a value that is reported as invalid
// becomes null, or the value that it would be without the problem.
func (r *yamlReader) node(n *yaml.Node) *Node {
	if n.Kind == yaml.AliasNode {
		return r.alias(n)
	}
	value := r.untagged(n)
	if tag := explicitTag(n); tag != "" {
		value = r.tagged(tag, n, value)
	}
	if n.Anchor != "" {
		r.anchors[n] = value
	}
	return value
}

func (r *yamlReader) untagged(n *yaml.Node) *Node {
	start := r.cursor.pos(n.Line, n.Column)
	var value *Node
	switch n.Kind {
	case yaml.SequenceNode:
		value = r.sequence(n)
		r.cursor.skipClosing(n)
	case yaml.MappingNode:
		value = r.mapping(n)
		r.cursor.skipClosing(n)
	default:
		r.cursor.skipScalar(n)
		value = r.scalar(n, diag.Range{Start: start, End: r.cursor.place})
	}
	value.Range = diag.Range{Start: start, End: r.cursor.place}
	return value
}

func (r *yamlReader) sequence(n *yaml.Node) *Node {
	list := &Node{Kind: List, Items: make([]*Node, len(n.Content))}
	for i, item := range n.Content {
		list.Items[i] = r.child(Path(nil).Index(i), item)
	}
	return list
}

// alias returns a copy of the value that an alias names.
func (r *yamlReader) alias(n *yaml.Node) *Node {
	start := r.cursor.pos(n.Line, n.Column)
	r.cursor.skip(len("*" + n.Value))
	place := diag.Range{Start: start, End: r.cursor.place}
	value, complete := r.anchors[n.Alias]
	if !complete {
		r.report(place, "the alias *"+n.Value+" refers to a value that contains it", "replace the alias with the value that you mean")
		return &Node{Range: place}
	}
	if r.aliased > maxAliased {
		return &Node{Range: place}
	}
	value.Walk(nil, func(Path, *Node) bool { r.aliased++; return r.aliased <= maxAliased })
	if r.aliased > maxAliased {
		r.report(place, fmt.Sprintf("aliases add more than %d values to the template", maxAliased), "replace aliases with values")
		return &Node{Range: place}
	}
	return value.Clone()
}

// mapping reads a map. A duplicate key is reported, and its last value is kept.
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
		e := Entry{text, place, r.child(Path{text}, value)}
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

// merge adds merged entries in front of a map's own entries. The map's own entries
// take precedence over them, and earlier merged entries over later ones.
// https://yaml.org/type/merge.html
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
	value := r.child(Path{"<<"}, n)
	maps := []*Node{value}
	if value.Kind == List {
		maps = value.Items
	}
	var entries []Entry
	for _, m := range maps {
		if m.Kind != Map {
			r.report(m.Range, "<< requires a map or a list of maps, not "+m.Kind.withArticle(), "use the anchor of a map, as in <<: *defaults")
			continue
		}
		entries = append(entries, m.Entries...)
	}
	return entries
}

// key reads a key, which becomes a string whatever its type.
func (r *yamlReader) key(n *yaml.Node) (string, diag.Range) {
	value := r.node(n)
	text, ok := value.AsScalar()
	if value.Kind == Null && n.Value != "" {
		return n.Value, value.Range
	}
	if !ok {
		r.report(value.Range, "a key is "+value.Kind.withArticle()+", not a string", "use a string as the key")
		return string(EncodeJSON(value)), value.Range
	}
	return text, value.Range
}
