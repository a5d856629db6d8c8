package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal is where a command reads and writes.
type terminal struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) string
}

// live returns w as a terminal that lines can be rewritten on, if it is one.
func (t *terminal) live(w io.Writer) (*os.File, bool) {
	f, ok := w.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd())) && t.env("TERM") != "dumb"
}

// color tells whether to write colours to w; see https://no-color.org.
func (t *terminal) color(w io.Writer) bool {
	_, live := t.live(w)
	return live && t.env("NO_COLOR") == ""
}
