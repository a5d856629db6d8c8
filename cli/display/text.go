package display

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Count returns a number and its noun, such as "1 item" and "2 items".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// controls matches what can move a terminal's cursor or worse, and colors.
var controls = regexp.MustCompile(`\x1b\[[0-9;]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]`)

// Escape makes a string from a handler or an item safe to print: all that it can
// still do to the terminal is to set its own colors. Other control characters are
// made visible, as in \x1b.
func Escape(s string) string {
	s = strings.TrimSuffix(s, "\r")
	escaped := controls.ReplaceAllStringFunc(s, func(control string) string {
		if len(control) > 2 {
			return control
		}
		return strings.Trim(strconv.QuoteToASCII(control), `"`)
	})
	if strings.Contains(escaped, "\x1b") {
		escaped += "\x1b[0m"
	}
	return escaped
}

// Clip shortens a body or an error to 500 bytes, which fit on a screen.
func Clip(s string) string {
	const maxBytes = 500
	if len(s) > maxBytes {
		return strings.ToValidUTF8(s[:maxBytes], "") + "…"
	}
	return s
}

// indent indents all lines of a string but the first.
func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n  ") }
