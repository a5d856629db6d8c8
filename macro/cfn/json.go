package cfn

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/diag"
)

// maxDepth bounds the nesting of JSON, in lists and maps. encoding/json stops at
// 10,000, which CloudFormation does not; the functions that walk a tree are
// recursive, and this keeps their stacks at tens of megabytes.
const maxDepth = 100_000

// ParseJSON reads strict JSON (RFC 8259) into a tree without places: what
// CloudFormation sends has no source that anyone could look up. Numbers stay as
// they are written. Of a key that a map has twice the last value is kept, and
// the key is reported as diag.DuplicateKey; anything that is not JSON, or is
// nested deeper than 100,000, as diag.Syntax, with its place. The tree is nil
// only where there is such an error.
func ParseJSON(source []byte) (*Node, diag.List) {
	return readJSON(string(source), false)
}

// jsonReader reads JSON with a stack of its own instead of recursion. Strings
// without escapes are slices of the source, which are not copied.
type jsonReader struct {
	src  string
	at   int
	open []*Node // the lists and maps around what is read
	slab []Node  // nodes are allocated many at a time, ever more
	step int
	keys map[*Node]map[string]int
	list diag.List

	placed bool // whether nodes get their Range
	line   int  // of at, from 1; kept only if placed, like the next two
	start  int  // where the line begins
	extra  int  // bytes since then that are no characters of their own
}

func readJSON(src string, placed bool) (*Node, diag.List) {
	r := jsonReader{src: src, placed: placed, line: 1}
	root, err := r.document()
	if err != nil {
		return nil, append(r.list, r.syntax(err))
	}
	return root, r.list
}

// jsonError is what is wrong, and the offset where.
type jsonError struct {
	at      int
	problem string
}

func (r *jsonReader) fail(at int, problem string) *jsonError { return &jsonError{at, problem} }

// syntax reports an error: with its place, or in words where the reader of the
// message has no source to look into.
func (r *jsonReader) syntax(err *jsonError) diag.Diagnostic {
	d := diag.Diagnostic{Code: diag.Syntax, Path: r.path(), Problem: "the text is not valid JSON: " + err.problem}
	at := placeOf(r.src, err.at)
	if r.placed {
		d.Range = diag.Range{Start: at, End: diag.Pos{Line: at.Line, Column: at.Column + 1}}
	} else {
		d.Problem += fmt.Sprintf(" (line %d, column %d)", at.Line, at.Column)
	}
	return d
}

// document reads one value and demands the end of the text after it.
func (r *jsonReader) document() (*Node, *jsonError) {
	root, err := r.value()
	for err == nil && len(r.open) > 0 {
		err = r.element()
	}
	if err != nil {
		return nil, err
	}
	if r.space(); r.at < len(r.src) {
		return nil, r.fail(r.at, "there is more text after the end of the value")
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
		return r.fail(r.at, fmt.Sprintf("want , or %c, not %s", closing, r.here()))
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
		return r.fail(r.at, "want a key in double quotes, not "+r.here())
	}
	start := r.pos()
	key, err := r.text()
	if err != nil {
		return err
	}
	place := r.since(start)
	if r.space(); !r.next(':') {
		return r.fail(r.at, "want : after the key, not "+r.here())
	}
	i := r.slot(parent, key, place)
	value, err := r.value()
	parent.Entries[i].Value = value
	return err
}

// value reads a scalar, or the beginning of a list or map, which it opens.
func (r *jsonReader) value() (*Node, *jsonError) {
	r.space()
	if r.at >= len(r.src) {
		return nil, r.fail(r.at, "the text ends where a value should be")
	}
	n, start := r.node(), r.pos()
	n.Range.Start = start
	switch c := r.src[r.at]; c {
	case '{', '[':
		if len(r.open) == maxDepth {
			return nil, r.fail(r.at, "lists and maps are nested more than 100,000 deep")
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
		r.step = min(max(8, 2*r.step), 256)
		r.slab = make([]Node, r.step)
	}
	n := &r.slab[0]
	r.slab = r.slab[1:]
	return n
}
