package display

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// results show the outcome of a run: a table of its steps, and its dead letters.
type results struct {
	out   io.Writer
	color bool
	width int // of the terminal, in columns; 0 if out is none
}

func newResults(stdout io.Writer, getenv func(string) string) *results {
	r := &results{out: stdout, color: Colored(stdout, getenv)}
	if f, ok := stdout.(*os.File); ok {
		r.width, _ = widthOf(f)
	}
	return r
}

// write shows the steps and their dead letters in one write; nothing if steps are
// nil.
func (r *results) write(steps []Step, dead []DeadLetters) error {
	if steps == nil {
		return nil
	}
	var text bytes.Buffer
	writeTables(&text, steps, r.width, r.color)
	writeDeadLetters(&text, dead)
	_, err := r.out.Write(text.Bytes())
	return err
}

// maxGroups is how many groups of dead letters are shown.
const maxGroups = 10

// writeDeadLetters shows the dead letters by their errors.
func writeDeadLetters(w io.Writer, groups []DeadLetters) {
	for i, g := range groups {
		if i == maxGroups {
			fmt.Fprintf(w, "\nand %s with other errors\n", Count(total(groups[i:]), "dead letter"))
			break
		}
		fmt.Fprintf(w, "\n%s of step %s: %s\n  for example %s\n",
			Count(g.Count, "dead letter"), g.Step, indent(Escape(g.Error)), indent(Escape(Clip(g.Body))))
	}
}

func total(groups []DeadLetters) int {
	n := 0
	for _, g := range groups {
		n += g.Count
	}
	return n
}
