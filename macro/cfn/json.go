package cfn

import (
	"fmt"
	"slices"

	"github.com/serverless-star/starjob/macro/diag"
)

// maxDepth is the maximum nesting of lists and maps in JSON. CloudFormation accepts
// more than the 10,000 levels of encoding/json. The functions that walk a tree are
// recursive, and this limit keeps their stacks at tens of megabytes.
const maxDepth = 100_000

// ParseJSON reads strict JSON (RFC 8259) into a tree without positions, because an
// event of CloudFormation has no source in which to look them up. Numbers keep their
// spelling. If a map has a key twice, its last value is kept and the key
// is reported as diag.DuplicateKey. Anything that is not JSON, or is nested deeper
// than 100,000, is reported as diag.Syntax, with its position in the message; the
// tree is nil only then.
func ParseJSON(source []byte) (*Node, diag.List) {
	return readJSON(string(source), false)
}

// jsonReader reads JSON with an explicit stack instead of recursion. Strings without
// escapes are slices of the source, to avoid copies.
type jsonReader struct {
	src      string
	at       int
	open     []*Node // the lists and maps around what is read, outermost first
	slab     []Node  // nodes are allocated many at a time
	slabSize int     // of the last slab; each is larger than the one before
	keys     map[*Node]map[string]int
	list     diag.List

	placed bool // nodes get their Range
	line   int  // of at, from 1; kept only if placed, like the next two
	start  int  // where the line begins
	extra  int  // bytes since then that only continue a character
}

func readJSON(src string, placed bool) (*Node, diag.List) {
	r := jsonReader{src: src, placed: placed, line: 1}
	root, err := r.document()
	if err != nil {
		return nil, append(r.list, r.syntax(err))
	}
	return root, r.list
}

// jsonError is a problem and its offset in the source.
type jsonError struct {
	at      int
	problem string
}

func (r *jsonReader) fail(at int, problem string) *jsonError { return &jsonError{at, problem} }

// syntax turns an error into a diagnostic. If there is no source to show, the message
// contains the position.
func (r *jsonReader) syntax(err *jsonError) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.Syntax, Path: r.path(), Problem: "JSON error: " + err.problem}
	at := placeOf(r.src, err.at)
	if r.placed {
		d.Range = diag.Range{Start: at, End: diag.Pos{Line: at.Line, Column: at.Column + 1}}
	} else {
		d.Problem += fmt.Sprintf(" (line %d, column %d)", at.Line, at.Column)
	}
	return d
}

// document reads one value, after which the source must end.
func (r *jsonReader) document() (*Node, *jsonError) {
	root, err := r.value()
	for err == nil && len(r.open) > 0 {
		err = r.element()
	}
	if err != nil {
		return nil, err
	}
	if r.space(); r.at < len(r.src) {
		return nil, r.fail(r.at, "unexpected text after the end of the value")
	}
	return root, nil
}

// element reads the next item or entry of the innermost open list or map, or its
// end.
func (r *jsonReader) element() *jsonError {
	parent := r.open[len(r.open)-1]
	closing, empty := byte(']'), len(parent.Items) == 0
	if parent.Kind == Map {
		closing, empty = '}', len(parent.Entries) == 0
	}
	r.space()
	if r.next(closing) {
		r.end(parent)
		return nil
	}
	if !empty && !r.next(',') {
		return r.fail(r.at, fmt.Sprintf("expected , or %c, found %s", closing, r.here()))
	}
	if parent.Kind == Map {
		return r.entry(parent)
	}
	item, err := r.value()
	parent.Items = append(parent.Items, item)
	return err
}

func (r *jsonReader) end(parent *Node) {
	r.open = r.open[:len(r.open)-1]
	delete(r.keys, parent)
	if r.placed {
		parent.Range.End = r.pos()
	}
}

// entry reads a key, a colon and a value.
func (r *jsonReader) entry(parent *Node) *jsonError {
	r.space()
	if r.at >= len(r.src) || r.src[r.at] != '"' {
		return r.fail(r.at, "expected a key in double quotes, found "+r.here())
	}
	start := r.pos()
	key, err := r.text()
	if err != nil {
		return err
	}
	place := r.since(start)
	if r.space(); !r.next(':') {
		return r.fail(r.at, "expected : after the key, found "+r.here())
	}
	i := r.entryIndex(parent, key, place)
	value, err := r.value()
	parent.Entries[i].Value = value
	return err
}

// value reads a scalar, or the beginning of a list or map, which it opens.
func (r *jsonReader) value() (*Node, *jsonError) {
	r.space()
	if r.at >= len(r.src) {
		return nil, r.fail(r.at, "expected a value, found the end of the text")
	}
	n, start := r.node(), r.pos()
	n.Range.Start = start
	switch c := r.src[r.at]; c {
	case '{', '[':
		if len(r.open) == maxDepth {
			return nil, r.fail(r.at, "lists and maps are nested deeper than 100,000 levels")
		}
		r.at++
		n.Kind = List
		if c == '{' {
			n.Kind = Map
		}
		r.open = append(r.open, n)
		return n, nil
	case '"':
		text, err := r.text()
		n.Kind, n.Text = String, text
		n.Range = r.since(start)
		return n, err
	}
	err := r.word(n)
	n.Range = r.since(start)
	return n, err
}

func (r *jsonReader) node() *Node {
	if len(r.slab) == 0 {
		r.slabSize = min(max(8, 2*r.slabSize), 256)
		r.slab = make([]Node, r.slabSize)
	}
	n := &r.slab[0]
	r.slab = r.slab[1:]
	return n
}

// indexed is the number of keys from which a map gets an index while it is read. To
// compare each key with all others would take quadratic time.
const indexed = 16

// entryIndex returns the index of the entry with a key. It adds the entry, or, if the
// key exists, reports a duplicate.
func (r *jsonReader) entryIndex(parent *Node, key string, place diag.Range) int {
	if i := r.find(parent, key); i >= 0 {
		r.list = append(r.list, duplicate(r.path(), key, parent.Entries[i].KeyRange, place))
		parent.Entries[i].KeyRange = place
		return i
	}
	i := len(parent.Entries)
	parent.Entries = append(parent.Entries, Entry{Key: key, KeyRange: place})
	if index := r.keys[parent]; index != nil {
		index[key] = i
	}
	return i
}

func (r *jsonReader) find(parent *Node, key string) int {
	if len(parent.Entries) < indexed {
		return parent.index(key)
	}
	index := r.keys[parent]
	if index == nil {
		index = make(map[string]int, 4*indexed)
		for i, e := range parent.Entries {
			index[e.Key] = i
		}
		if r.keys == nil {
			r.keys = map[*Node]map[string]int{}
		}
		r.keys[parent] = index
	}
	if i, ok := index[key]; ok {
		return i
	}
	return -1
}

// path returns the path of the innermost open list or map. It is empty for more than
// a hundred steps, because nobody could read it.
func (r *jsonReader) path() string {
	if len(r.open) > 100 {
		return ""
	}
	var p Path
	for i, parent := range r.open[:max(0, len(r.open)-1)] {
		child := r.open[i+1]
		if parent.Kind == Map {
			at := slices.IndexFunc(parent.Entries, func(e Entry) bool { return e.Value == child })
			p = p.Key(parent.Entries[at].Key)
		} else {
			p = p.Index(slices.Index(parent.Items, child))
		}
	}
	return p.String()
}
