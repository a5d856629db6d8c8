package cfn

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// EncodeYAML returns the tree as YAML in block style, with a final line end. All
// parsers of YAML 1.1 and 1.2 read the same tree from it: strings that may look like
// a number, boolean or date are in quotes. Functions are written in their short form
// if that is read back as the same tree. A Number with an exponent is written with a
// point and a sign, as YAML 1.1 requires (1e3 as 1.0e+3). All other numbers keep
// their digits.
func EncodeYAML(n *Node) []byte {
	w := yamlWriter{}
	if n == nil || n.Kind != Map || len(n.Entries) == 0 {
		w.item(n, 0)
		return w.out
	}
	for i, e := range n.Entries {
		if i > 0 && isBlock(e.Value) && !w.openEnded {
			w.text("\n")
		}
		w.entry(e, 0)
	}
	return w.out
}

// yamlWriter writes block style. A method that writes a value begins at the
// value's position, and ends after a line end.
type yamlWriter struct {
	out []byte
	// openEnded is true after a block scalar that keeps its last line ends, so
	// that an empty line after it would become part of it.
	openEnded bool
}

func (w *yamlWriter) text(s string) { w.out = append(w.out, s...) }

func (w *yamlWriter) indent(depth int) {
	for range depth {
		w.text("  ")
	}
}

// isBlock reports whether n is written on separate lines.
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

// maxSimpleKey is the longest key, in bytes, that is written without a question
// mark before it. YAML allows 1024 characters. https://yaml.org/spec/1.2.2/#742-flow-mappings
const maxSimpleKey = 1000

// value writes what follows a colon or a tag: a scalar on the same line, or a list
// or map on the next lines, one level deeper.
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

// item writes an item of a list after its dash, or the root; depth is that of the
// item's own entries.
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

// block writes a list or map that is not empty. The first line has already been
// indented.
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

// flat writes a value that is not a block. The lines of a string are indented
// deeper than depth.
func (w *yamlWriter) flat(n *Node, depth int) {
	w.openEnded = false
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

// literal writes a string of several lines as a literal block scalar.
// https://yaml.org/spec/1.2.2/#81-block-scalar-styles
func (w *yamlWriter) literal(text string, depth int) {
	body, ended := strings.CutSuffix(text, "\n")
	w.openEnded = strings.HasSuffix(body, "\n")
	switch {
	case w.openEnded:
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

// yamlNumber writes a number with an exponent in the only form that every parser
// recognizes as a number.
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

// shortScalar and shortList are the functions that are written in their short
// form, by the kind of their argument. A map is not among the kinds: it may itself
// be a function in short form, and one tag cannot follow another.
var (
	shortScalar = []string{"Ref", "Fn::Sub", "Fn::GetAZs", "Fn::ImportValue", "Fn::Base64"}
	shortList   = []string{
		"Fn::And", "Fn::Cidr", "Fn::Equals", "Fn::FindInMap", "Fn::If", "Fn::Join", "Fn::Not", "Fn::Or",
		"Fn::Select", "Fn::Split", "Fn::Sub",
	}
)

// shortForm returns the function that n calls, without Fn::, and what to write
// after it.
func shortForm(n *Node) (name string, argument *Node, ok bool) {
	name, argument, ok = n.Intrinsic()
	if !ok || argument == nil {
		return "", nil, false
	}
	short := strings.TrimPrefix(name, "Fn::")
	if id, attribute, ok := n.AsGetAtt(); ok && name == "Fn::GetAtt" {
		simple := len(argument.Items) == 2 && id != "" && !strings.Contains(id, ".")
		return short, NewString(id + "." + attribute), simple
	}
	scalar := argument.Kind == String && slices.Contains(shortScalar, name)
	list := argument.Kind == List && slices.Contains(shortList, name)
	return short, argument, scalar || list
}

// scalar writes a string on one line: plain if every parser reads it as that string,
// in double quotes if it has characters that need escapes, and otherwise in single
// quotes.
func scalar(s string) string {
	switch {
	case !isPrintable(s):
		return doubleQuoted(s)
	case isPlain(s):
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// isPlain reports whether s needs no quotes. It is stricter than YAML, so some strings
// have unnecessary quotes.
func isPlain(s string) bool {
	if !plain.MatchString(s) || numeric.MatchString(s) || resolve(s).Kind != String {
		return false
	}
	return s != "y" && s != "Y" && s != "n" && s != "N" && // booleans to YAML 1.1
		!strings.Contains(s, ": ") && !strings.Contains(s, " #") && !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, " ")
}

var (
	// plain is a letter, a digit, or one of a few characters without a meaning in
	// YAML, followed by anything printable.
	plain = lazyRegexp(`^[\pL0-9_./$(+^;\\][^\x00-\x1f]*$`)
	// numeric matches every number, date and time, and much else.
	numeric = lazyRegexp(`^[-+.0-9][-+.,:_ 0-9a-fA-FoxXiInNTtzZ]*$`)
)

// isPrintable reports whether s can be written without escapes.
func isPrintable(s string) bool {
	return strings.IndexFunc(s, needsEscape) < 0 && utf8.ValidString(s)
}

// needsEscape reports whether YAML, or an editor, could lose or misread c.
// https://yaml.org/spec/1.2.2/#51-character-set
func needsEscape(c rune) bool {
	return c < ' ' || 0x7F <= c && c <= 0xA0 || c == '\u2028' || c == '\u2029' || c == '\uFEFF' || c == '\uFFFE' || c == '\uFFFF'
}

// isLiteral reports whether s can be written as a literal block scalar. Its first
// line fixes the indentation, so it must not be empty or itself indented.
func isLiteral(s string) bool {
	return strings.Contains(s, "\n") && strings.TrimRight(s, "\n") != "" && !strings.ContainsAny(s[:1], " \t\n") &&
		isPrintable(strings.NewReplacer("\n", "", "\t", "").Replace(s))
}

// doubleQuoted writes s in double quotes, with escapes where they are needed.
// Bytes that are not UTF-8 become U+FFFD, as in EncodeJSON.
func doubleQuoted(s string) string {
	b := []byte{'"'}
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\r':
			b = append(b, `\r`...)
		case needsEscape(c):
			b = fmt.Appendf(b, `\u%04X`, c)
		default:
			b = utf8.AppendRune(b, c)
		}
	}
	return string(append(b, '"'))
}
