package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/serverless-star/starjob/local"
)

// live shows a run on a terminal: one line per step that is rewritten in place,
// below the functions' output.
type live struct {
	writer  progress.Writer
	screen  *os.File
	out     io.Writer // to the screen
	steps   map[string]string
	colored bool
	results *results
	bars    map[string]*bar
	at      time.Time // of the last progress
	backlog *backlog

	mu    sync.Mutex
	ended chan struct{} // says that nothing is drawn any more; nil before anything is
}

func newLive(t *terminal, screen *os.File, out io.Writer, steps map[string]string, results *results) *live {
	d := &live{
		writer: progress.NewWriter(), screen: screen, out: out, steps: steps, colored: t.color(t.stderr),
		results: results, bars: map[string]*bar{}, at: time.Now(), backlog: newBacklog(),
	}
	d.writer.SetOutputWriter(screenWriter{out, d.backlog})
	d.writer.SetUpdateFrequency(100 * time.Millisecond)
	d.writer.SetAutoStop(false)
	d.writer.SetStyle(style(d.colored))
	d.writer.SetSortBy(progress.SortByIndex)
	d.writer.SetTrackerPosition(progress.PositionRight)
	if width, ok := width(screen); ok {
		d.writer.SetTerminalWidth(width)
		d.writer.SetTrackerLength(min(20, max(5, width/2-30)))
		d.writer.Style().Visibility.Tracker = width >= leastForBars
	}
	return d
}

// leastForBars is the width of a terminal from which on bars leave enough room
// for figures.
const leastForBars = 60

func style(colored bool) progress.Style {
	s := progress.StyleBlocks
	s.Options.Separator = " "
	s.Options.PercentFormat = "%4.0f%%"
	s.Options.PercentIndeterminate = "     " // as wide
	s.Visibility.Time = false
	if colored {
		s.Colors.Message = text.Colors{text.Bold}
		s.Colors.Tracker = text.Colors{text.FgCyan}
	}
	return s
}

func (d *live) interval() time.Duration { return 200 * time.Millisecond }

func (d *live) building(folder string) { d.say("building " + folder) }

// say writes above the lines that are rewritten. The writer keeps what it is
// told until it has such lines; a build may take minutes before.
func (d *live) say(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended == nil {
		fmt.Fprintln(d.out, text)
		return
	}
	d.backlog.add(text)
	d.writer.Log(text)
}

func (d *live) started(e endpoints) {
	if len(e.Order) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	width := 0
	for _, step := range e.Order {
		width = max(width, len(step))
	}
	for i, step := range e.Order { // to a common width, which the writer cannot be told any more
		d.bars[step] = newBar(fmt.Sprintf("%-*s", width, step), i)
		d.writer.AppendTracker(d.bars[step].Tracker)
	}
	d.ended = make(chan struct{})
	go func() {
		defer close(d.ended)
		defer d.backlog.end()
		d.writer.Render()
	}()
}

func (d *live) log(l local.Line) {
	d.say(d.paint(text.FgCyan, nameOf(d.steps, l.Function)) + " " + harmless(l.Text))
}

func (d *live) progress(rows []row) {
	elapsed := time.Since(d.at).Seconds()
	d.at = time.Now()
	if width, ok := width(d.screen); ok { // a line that wraps could not be rewritten
		d.writer.SetTerminalWidth(width)
	}
	for _, r := range rows {
		d.bars[r.Step].show(r, elapsed)
	}
}

func (d *live) paint(c text.Color, s string) string {
	if !d.colored {
		return s
	}
	return c.Sprint(s)
}

func (d *live) note(text string) { d.say(harmless(text)) }

func (d *live) kept(e endpoints) {
	var text strings.Builder
	writeEndpoints(&text, e)
	d.say(strings.TrimSuffix(text.String(), "\n"))
}

func (d *live) end(rows []row, dead []deadGroup, remarks []string) error {
	d.progress(rows)
	d.stop()
	err := d.results.write(rows, dead)
	for _, remark := range remarks {
		fmt.Fprintln(d.out, remark)
	}
	return err
}

// stop draws the lines once more; they stay. A Stop that comes before Render has
// begun has no effect, so it is said until it is heard.
func (d *live) stop() {
	if d.ended == nil {
		return
	}
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		d.writer.Stop()
		select {
		case <-d.ended:
			return
		case <-again.C:
		}
	}
}

// screenWriter begins what it writes at the start of a line: what is typed, such
// as Ctrl-C, moves the cursor.
type screenWriter struct {
	io.Writer
	backlog *backlog
}

func (w screenWriter) Write(b []byte) (int, error) {
	defer w.backlog.drawn()
	if _, err := w.Writer.Write(append([]byte("\r"), b...)); err != nil {
		return 0, err
	}
	return len(b), nil
}
