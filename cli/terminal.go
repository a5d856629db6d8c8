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

// live tells whether w is a terminal that lines can be rewritten on.
func (t *terminal) live(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && t.env("TERM") != "dumb"
}

// color tells whether to write colours to w; see https://no-color.org.
func (t *terminal) color(w io.Writer) bool { return t.live(w) && t.env("NO_COLOR") == "" }
