package function

import (
	"strings"
	"sync"

	"github.com/serverless-star/starjob/local/sandbox"
)

// Line is a line of a function's output.
type Line struct {
	Function string // logical ID
	Stderr   bool
	Text     string // without the line's end
}

// log processes a line of the function's output: metrics are added up, and
// everything else is shown.
func (f *Function) log(l sandbox.Line) {
	rest, found := f.metrics.take(l.Text)
	if found && len(rest) == 0 {
		return
	}
	if l.Text = rest; found {
		f.joinedOnce.Do(func() {
			f.note("function " + f.Plan.Name + " prints output without a newline before a line of metrics; CloudWatch will not find those metrics")
		})
	}
	f.tail.add(string(l.Text))
	f.show(Line{Function: f.Plan.ID, Stderr: l.Stderr, Text: string(l.Text)})
}

// tail keeps the last lines of a log.
type tail struct {
	mu    sync.Mutex
	lines []string
}

// tailLines is how many lines a tail keeps.
const tailLines = 20

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) == tailLines {
		t.lines = append(t.lines[:0], t.lines[1:]...)
	}
	t.lines = append(t.lines, line)
}

func (t *tail) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = nil
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n")
}
