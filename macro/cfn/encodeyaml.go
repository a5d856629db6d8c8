package cfn

import "strings"

// EncodeYAML returns the tree as YAML in block style, ending with a line end. All
// readers of YAML 1.1 and 1.2 read the same from it: what might be taken for a
// number, boolean or date is in quotes. Functions are written in their short form
// where it is read back as the same tree. A Number with an exponent is written
// with a point and a sign, as YAML 1.1 wants: 1e3 as 1.0e+3; every other digit
// stays.
func EncodeYAML(n *Node) []byte {
	w := yamlWriter{}
	if n == nil || n.Kind != Map || len(n.Entries) == 0 {
		w.item(n, 0)
		return w.out
	}
	for i, e := range n.Entries {
		if i > 0 && isBlock(e.Value) && !w.open {
			w.text("\n")
		}
		w.entry(e, 0)
	}
	return w.out
}

// yamlWriter writes block style. A method that writes a value begins where the
// value belongs, and ends after a line end.
type yamlWriter struct {
	out []byte
	// open is true after a text to which an empty line would be added.
	open bool
}

func (w *yamlWriter) text(s string) { w.out = append(w.out, s...) }

func (w *yamlWriter) indent(depth int) {
	for range depth {
		w.text("  ")
	}
}

// isBlock tells whether n takes lines of its own.
func isBlock(n *Node) bool {
	return n != nil && (len(n.Items) > 0 || len(n.Entries) > 0)
}

// entry writes a key and its value; depth is that of the key.
func (w *yamlWriter) entry(e Entry, depth int) {
	key := scalar(e.Key)
	if len(key) > maxSimpleKey {
		w.text("? " + key + "\n")
		w.indent(depth)
	} else {
		w.text(key)
	}
	w.text(":")
	if name, argument, ok := shortForm(e.Value); ok {
		w.text(" !" + name)
		w.value(argument, depth)
		return
	}
	w.value(e.Value, depth)
}

// maxSimpleKey is the longest key that may stand before its colon. YAML allows
// 1024 characters. https://yaml.org/spec/1.2.2/#742-flow-mappings
const maxSimpleKey = 1000

// value writes what follows a colon or a tag: a scalar in the same line, a list
// or map in the next, one deeper.
func (w *yamlWriter) value(n *Node, depth int) {
	if isBlock(n) {
		w.text("\n")
		w.indent(depth + 1)
		w.block(n, depth+1)
		return
	}
	w.text(" ")
	w.flat(n, depth)
}

// item writes an item of a list after its dash, or the root; depth is that of
// what is inside of it.
func (w *yamlWriter) item(n *Node, depth int) {
	if name, argument, ok := shortForm(n); ok {
		w.text("!" + name)
		w.value(argument, depth-1)
		return
	}
	if isBlock(n) {
		w.block(n, depth)
		return
	}
	w.flat(n, depth-1)
}

// block writes a list or map that is not empty. The first line is indented
// already.
func (w *yamlWriter) block(n *Node, depth int) {
	for i, item := range n.Items {
		if i > 0 {
			w.indent(depth)
		}
		w.text("- ")
		w.item(item, depth+1)
	}
	for i, e := range n.Entries {
		if i > 0 {
			w.indent(depth)
		}
		w.entry(e, depth)
	}
}

// flat writes what is no block. Lines of a text are indented deeper than depth.
func (w *yamlWriter) flat(n *Node, depth int) {
	w.open = false
	switch {
	case n == nil || n.Kind == Null:
		w.text("null\n")
	case n.Kind == List:
		w.text("[]\n")
	case n.Kind == Map:
		w.text("{}\n")
	case n.Kind == Bool:
		w.text(n.Text + "\n")
	case n.Kind == Number:
		w.text(yamlNumber(n.Text) + "\n")
	case isLiteral(n.Text):
		w.literal(n.Text, max(depth, 0)+1)
	default:
		w.text(scalar(n.Text) + "\n")
	}
}

// literal writes a text of several lines as it is.
// https://yaml.org/spec/1.2.2/#81-block-scalar-styles
func (w *yamlWriter) literal(text string, depth int) {
	body, ended := strings.CutSuffix(text, "\n")
	w.open = strings.HasSuffix(body, "\n")
	switch {
	case w.open:
		w.text("|+\n")
	case ended:
		w.text("|\n")
	default:
		w.text("|-\n")
	}
	for line := range strings.SplitSeq(body, "\n") {
		if line != "" {
			w.indent(depth)
		}
		w.text(line + "\n")
	}
}

// yamlNumber puts a number with an exponent in the only form that every reader
// takes for a number.
func yamlNumber(s string) string {
	e := strings.IndexAny(s, "eE")
	if e < 0 {
		return s
	}
	mantissa, exponent := s[:e], s[e+1:]
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	if isDigit(exponent[0]) {
		exponent = "+" + exponent
	}
	return mantissa + s[e:e+1] + exponent
}
