package cfn

import (
	"fmt"
	"unicode/utf8"
)

// EncodeJSON returns the tree as compact JSON. Keys keep their order, numbers keep
// their digits, and only characters that JSON requires to be escaped are escaped, so
// the same tree always gives the same bytes.
func EncodeJSON(n *Node) []byte { return appendJSON(make([]byte, 0, JSONSize(n)), n) }

// EncodeJSONIndent is EncodeJSON with each key or item on a separate line, indented
// by two spaces, and without a final line end.
func EncodeJSONIndent(n *Node) []byte { return appendIndented(nil, n, "\n") }

// JSONSize returns the length in bytes of what [EncodeJSON] returns for n.
func JSONSize(n *Node) int {
	if n == nil {
		return len("null")
	}
	switch n.Kind {
	case Null:
		return len("null")
	case String:
		return quotedSize(n.Text)
	case List:
		size := enclosed(len(n.Items))
		for _, item := range n.Items {
			size += JSONSize(item)
		}
		return size
	case Map:
		size := enclosed(len(n.Entries))
		for _, e := range n.Entries {
			size += quotedSize(e.Key) + len(":") + JSONSize(e.Value)
		}
		return size
	}
	return len(n.Text)
}

func appendJSON(b []byte, n *Node) []byte {
	if n == nil {
		return append(b, "null"...)
	}
	switch n.Kind {
	case List:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	case Map:
		b = append(b, '{')
		for i, e := range n.Entries {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, e.Key), ':')
			b = appendJSON(b, e.Value)
		}
		return append(b, '}')
	}
	return appendScalar(b, n)
}

func appendScalar(b []byte, n *Node) []byte {
	switch n.Kind {
	case String:
		return appendQuoted(b, n.Text)
	case Number, Bool:
		return append(b, n.Text...)
	}
	return append(b, "null"...)
}

// appendIndented appends n. line is a line end followed by n's own indentation.
func appendIndented(b []byte, n *Node, line string) []byte {
	inner := line + "  "
	switch {
	case n != nil && n.Kind == List && len(n.Items) > 0:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendIndented(append(b, inner...), item, inner)
		}
		return append(append(b, line...), ']')
	case n != nil && n.Kind == Map && len(n.Entries) > 0:
		b = append(b, '{')
		for i, e := range n.Entries {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(append(b, inner...), e.Key), ": "...)
			b = appendIndented(b, e.Value, inner)
		}
		return append(append(b, line...), '}')
	}
	return appendJSON(b, n)
}

// enclosed is the size of the brackets around the given number of values, and of
// the commas between them.
func enclosed(values int) int { return len("[]") + max(0, values-1) }

func quotedSize(s string) int {
	size := len(`""`) + len(s)
	var escape [len(`\u0000`)]byte
	for i := 0; i < len(s); i++ {
		if isPlainByte(s[i]) {
			continue
		}
		c, width := utf8.DecodeRuneInString(s[i:])
		size += len(appendEscape(escape[:0], c)) - width
		i += width - 1
	}
	return size
}

// appendQuoted appends s as a JSON string. Bytes that are not UTF-8 become U+FFFD,
// because JSON cannot represent them.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); i++ {
		if isPlainByte(s[i]) {
			continue
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		b = appendEscape(append(b, s[done:i]...), c)
		done = i + size
		i = done - 1
	}
	return append(append(b, s[done:]...), '"')
}

// isPlainByte reports whether a byte is an ASCII character that needs no escape in a
// JSON string.
func isPlainByte(c byte) bool {
	return ' ' <= c && c < utf8.RuneSelf && c != '"' && c != '\\'
}

// appendEscape appends a character that may need an escape.
func appendEscape(b []byte, c rune) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', byte(c))
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	if c < ' ' {
		return fmt.Appendf(b, `\u%04x`, c)
	}
	return utf8.AppendRune(b, c)
}
