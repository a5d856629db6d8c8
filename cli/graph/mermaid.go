package graph

import (
	"fmt"
	"strings"
	"unicode"
)

// chart is a Mermaid flowchart: nodes, frames around other nodes, and edges.
// https://mermaid.js.org/syntax/flowchart.html
type chart struct {
	nodes  []node
	frames []*frame
	edges  []edge
}

// node is a labeled box. Its role decides the shape.
type node struct {
	id, label string
	role      role
}

// frame is a titled box around nodes and other frames, a subgraph in Mermaid.
type frame struct {
	id, title string
	nodes     []node
	frames    []*frame
}

// edge is an arrow. The label may be empty.
type edge struct {
	from, to, label string
	dashed          bool
}

// role is what a node represents.
type role int

const (
	personNode role = iota
	sourceNode
	generateNode
	queueNode
	stepNode
	deadNode
)

// looks are the brackets around a node's label, which decide its shape, and the
// node's class.
var looks = map[role]struct{ before, after, class string }{
	personNode:   {"((", "))", ""},
	sourceNode:   {"(", ")", ""},
	generateNode: {"([", "])", "function"},
	queueNode:    {"[(", ")]", "queue"},
	stepNode:     {"[", "]", "function"},
	deadNode:     {"[(", ")]", "dead"},
}

// styles defines the classes. They set no fill and no color of text, which are the
// theme's, and only strokes that are visible on light and dark pages.
const styles = `  classDef function stroke:#d97706
  classDef queue stroke:#c2418c
  classDef dead stroke:#8b949e,stroke-dasharray:4 3,font-size:12px
`

func (c chart) String() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	frame{nodes: c.nodes, frames: c.frames}.write(&b, "  ")
	for _, e := range c.edges {
		e.write(&b)
	}
	b.WriteString(styles)
	return b.String()
}

// write writes the content of the frame, without the frame itself.
func (f frame) write(b *strings.Builder, indent string) {
	for _, n := range f.nodes {
		look := looks[n.role]
		fmt.Fprintf(b, "%s%s%s%s%s", indent, n.id, look.before, quote(n.label), look.after)
		if look.class != "" {
			b.WriteString(":::" + look.class)
		}
		b.WriteByte('\n')
	}
	for _, inner := range f.frames {
		fmt.Fprintf(b, "%ssubgraph %s[%s]\n", indent, inner.id, quote(inner.title))
		inner.write(b, indent+"  ")
		b.WriteString(indent + "end\n")
	}
}

func (e edge) write(b *strings.Builder) {
	arrow := "-->"
	if e.dashed {
		arrow = "-.->"
	}
	if e.label != "" {
		arrow += "|" + quote(e.label) + "|"
	}
	fmt.Fprintf(b, "  %s %s %s\n", e.from, arrow, e.to)
}

// identifier turns a name into a part of a node's identifier. ASCII letters and
// digits are kept, and every other character becomes its code, so different names
// stay different and no character has a meaning to Mermaid. The caller adds a
// prefix or has a suffix: a whole identifier must not be a keyword such as end.
func identifier(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r <= unicode.MaxASCII && isAlphanumeric(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "_%x_", r)
		}
	}
	return b.String()
}

// literal are the characters besides letters and digits that have no meaning in a
// quoted label, neither to Mermaid nor to the Markdown and HTML that it accepts
// there.
const literal = " -/(),?={}"

// quote returns a label in quotes, with the codes of characters that could have a
// meaning.
// https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
func quote(label string) string {
	var b strings.Builder
	runes := []rune(label)
	for i, r := range runes {
		switch {
		case isAlphanumeric(r) || strings.ContainsRune(literal, r) || isInWord(runes, i):
			b.WriteRune(r)
		case unicode.IsControl(r):
			b.WriteByte(' ')
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	if b.Len() == 0 { // Mermaid rejects an empty label
		return `" "`
	}
	return `"` + b.String() + `"`
}

// isInWord reports whether a character is an underscore within a word, which
// doesn't emphasize anything in Markdown.
func isInWord(runes []rune, i int) bool {
	return runes[i] == '_' && i > 0 && i+1 < len(runes) && isAlphanumeric(runes[i-1]) && isAlphanumeric(runes[i+1])
}

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
