package display

import (
	"io"
	"os"

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
