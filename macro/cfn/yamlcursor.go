package cfn

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/serverless-star/starjob/macro/diag"
)

// cursor finds positions in a YAML source. The library reports only where a value
// begins, and counts lines as YAML 1.1 does, where U+0085, U+2028 and U+2029 end a
// line; in editors they do not. Values are read in the order of the source, so the
// cursor hardly ever moves back.
type cursor struct {
	src string
	at  int
	// The library's count.
	line, column int
	place        diag.Pos
}

func newCursor(src string) cursor {
	return cursor{src: src, line: 1, column: 1, place: diag.Pos{Line: 1, Column: 1}}
}

func (c *cursor) rest() string { return c.src[c.at:] }

// pos moves to the library's line and column, and returns the position there.
func (c *cursor) pos(line, column int) diag.Pos {
	if line < c.line || line == c.line && column < c.column {
		*c = newCursor(c.src)
	}
	for c.at < len(c.src) && (c.line < line || c.line == line && c.column < column) {
		c.next()
	}
	return c.place
}

// endOfText is the position after the last character that is not white space.
func (c *cursor) endOfText() diag.Pos {
	return placeOf(c.src, len(strings.TrimRight(c.src, " \t\r\n")))
}

// next moves past one character.
func (c *cursor) next() {
	char, size := utf8.DecodeRuneInString(c.rest())
	c.at += size
	c.column++
	c.place.Column++
	switch char {
	case '\r':
		if strings.HasPrefix(c.rest(), "\n") {
			c.column--
			c.place.Column--
			return
		}
		fallthrough
	case '\n':
		c.place = diag.Pos{Line: c.place.Line + 1, Column: 1}
		fallthrough
	case '\u0085', '\u2028', '\u2029':
		c.line, c.column = c.line+1, 1
	}
}

// skip moves past n bytes.
func (c *cursor) skip(n int) {
	for end := c.at + n; c.at < end && c.at < len(c.src); {
		c.next()
	}
}

// skipScalar moves from the beginning of a scalar to its end, or to the end of
// its first line.
func (c *cursor) skipScalar(n *yaml.Node) {
	c.skip(properties(c.rest()))
	c.skip(scalarLength(c.rest(), n))
}

// skipClosing moves from the end of the last value of a list or map to the end of
// the list or map itself, which in flow style is after its bracket.
func (c *cursor) skipClosing(n *yaml.Node) {
	if n.Style&yaml.FlowStyle == 0 {
		return
	}
	if len(n.Content) == 0 {
		c.skip(properties(c.rest()))
		c.skip(1)
	}
	for c.at < len(c.src) {
		switch c.src[c.at] {
		case ' ', '\t', '\r', '\n', ',':
			c.skip(1)
		case '#':
			c.skip(lineLength(c.rest()))
		case ']', '}':
			c.skip(1)
			return
		default:
			return
		}
	}
}

// properties is the length of the tags and anchors before a value on its line.
func properties(s string) int {
	length := 0
	for strings.HasPrefix(s[length:], "!") || strings.HasPrefix(s[length:], "&") {
		end := strings.IndexAny(s[length:], " \t\r\n,[]{}")
		if end < 0 {
			return len(s)
		}
		length += end
		length += len(s[length:]) - len(strings.TrimLeft(s[length:], " \t"))
	}
	return length
}

// scalarLength is the length of the scalar at the beginning of s, up to the end of the
// line. A line may be as long as the source, so its end is searched only if the scalar
// reaches it.
func scalarLength(s string, n *yaml.Node) int {
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return quotedLength(s, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return quotedLength(s, '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 && strings.HasPrefix(s, n.Value):
		return len(n.Value)
	}
	return len(strings.TrimRight(s[:lineLength(s)], " \t"))
}

func lineLength(s string) int {
	if end := strings.IndexAny(s, "\r\n"); end >= 0 {
		return end
	}
	return len(s)
}

// quotedLength is the length of a quoted string, or of the line if the string does
// not end on it.
func quotedLength(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\r' || c == '\n':
			return i
		case c == '\\' && quote == '"':
			i++
		case c == quote && quote == '\'' && strings.HasPrefix(s[i+1:], "'"):
			i++
		case c == quote:
			return i + 1
		}
	}
	return len(s)
}
