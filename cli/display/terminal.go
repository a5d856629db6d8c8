package display

import (
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// rewritable returns w as a terminal whose lines can be rewritten in place, if it
// is one.
func rewritable(w io.Writer, getenv func(string) string) (*os.File, bool) {
	f, ok := w.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd())) && getenv("TERM") != "dumb"
}

// Colored reports whether to write colors to w: to a terminal, unless the
// environment sets NO_COLOR. https://no-color.org
func Colored(w io.Writer, getenv func(string) string) bool {
	_, ok := rewritable(w, getenv)
	return ok && getenv("NO_COLOR") == ""
}

// widthOf returns the width of a terminal in columns, if it is known.
func widthOf(f *os.File) (columns int, ok bool) {
	columns, _, err := term.GetSize(int(f.Fd()))
	return columns, err == nil && columns > 0
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
