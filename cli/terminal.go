package cli

import (
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

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

// width is that of a terminal in columns, where it can be told.
func width(f *os.File) (columns int, ok bool) {
	columns, _, err := term.GetSize(int(f.Fd()))
	return columns, err == nil && columns > 0
}

// controls are what may move a terminal's cursor or worse, and colours.
var controls = regexp.MustCompile(`\x1b\[[0-9;]*m|[\x00-\x08\x0b-\x1f\x7f-\x9f]`)

// harmless is a text of a handler's, or an item's, with which it can do nothing
// to the terminal but colour itself: other controls are shown, as in \x1b.
func harmless(text string) string {
	text = strings.TrimSuffix(text, "\r")
	shown := controls.ReplaceAllStringFunc(text, func(control string) string {
		if len(control) > 2 {
			return control
		}
		return strings.Trim(strconv.QuoteToASCII(control), `"`)
	})
	if strings.Contains(shown, "\x1b") {
		shown += "\x1b[0m"
	}
	return shown
}
