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
	"golang.org/x/term"

	"github.com/serverless-star/starjob/cli/local"
)

// live shows a run on a terminal: one line per step that is rewritten in place,
// below the functions' output.
type live struct {
	writer     progress.Writer
	screen     *os.File
	steps      map[string]string
	colored    bool
	result     io.Writer
	tableColor bool
	ended      chan struct{}
	bars       map[string]*bar
	at         time.Time // of the last progress
}

// bar is a step's line.
type bar struct {
	*progress.Tracker
	mu   sync.Mutex
	text string // what stands behind the bar
	pace pace
}

func newLive(t *terminal, screen *os.File, steps map[string]string) *live {
	d := &live{
		writer: progress.NewWriter(), screen: screen, steps: steps, colored: t.color(t.stderr),
		result: t.stdout, tableColor: t.color(t.stdout),
		ended: make(chan struct{}), bars: map[string]*bar{}, at: time.Now(),
	}
	d.writer.SetOutputWriter(screen)
	d.writer.SetUpdateFrequency(100 * time.Millisecond)
	d.writer.SetAutoStop(false)
	d.writer.SetStyle(style(d.colored))
	d.writer.SetSortBy(progress.SortByIndex)
	d.writer.SetTrackerPosition(progress.PositionRight)
	d.fit()
	go func() {
		defer close(d.ended)
		d.writer.Render()
	}()
	return d
}

func newBar(step string, index int) *bar {
	b := &bar{text: "starting"}
	b.Tracker = &progress.Tracker{
		Message: step, Index: uint64(index), AutoStopDisabled: true,
		Units: progress.Units{Formatter: func(int64) string {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.text
		}},
	}
	return b
}

func style(colored bool) progress.Style {
	s := progress.StyleBlocks
	s.Options.Separator = " "
	s.Options.PercentFormat = "%4.0f%%"
	s.Visibility.Time = false
	if colored {
		s.Colors.Message = text.Colors{text.Bold}
		s.Colors.Tracker = text.Colors{text.FgCyan}
	}
	return s
}

// fit keeps lines to the terminal's width: one that wraps could not be
// rewritten.
func (d *live) fit() {
	if width, _, err := term.GetSize(int(d.screen.Fd())); err == nil {
		d.writer.SetTerminalWidth(width)
		d.writer.SetTrackerLength(min(20, max(5, width/2-30)))
	}
}

func (d *live) interval() time.Duration { return 200 * time.Millisecond }

func (d *live) building(folder string) { d.writer.Log("building %s", folder) }

func (d *live) started(e endpoints) {
	width := 0
	for _, step := range e.Order {
		width = max(width, len(step))
	}
	for i, step := range e.Order { // to a common width, which the writer cannot be told any more
		d.bars[step] = newBar(fmt.Sprintf("%-*s", width, step), i)
		d.writer.AppendTracker(d.bars[step].Tracker)
	}
}

func (d *live) log(l local.Line) {
	d.writer.Log("%s %s", d.paint(text.FgCyan, nameOf(d.steps, l.Function)), l.Text)
}

func (d *live) progress(rows []row) {
	elapsed := time.Since(d.at).Seconds()
	d.at = time.Now()
	d.fit()
	for _, r := range rows {
		d.bars[r.Step].show(r, elapsed)
	}
}

// show brings a line up to date. The bar is the share of what has arrived so
// far that is done.
func (b *bar) show(r row, elapsed float64) {
	done := r.Succeeded + r.Ignored
	b.pace.note(done, elapsed)
	text := summary(r)
	switch {
	case r.DueIn > 0:
		text = strings.TrimPrefix(pause(r), "; ") + "; " + text // first, as the end is cut off where lines are short
	case b.pace.rate >= 0.5 || r.Waiting+r.InFlight > 0:
		text += fmt.Sprintf(", %.0f/s%s", b.pace.rate, b.pace.left(r.Waiting+r.InFlight+r.Delayed))
	}
	b.mu.Lock()
	b.text = text
	b.mu.Unlock()
	b.UpdateTotal(int64(max(r.Arrived, 1)))
	b.SetValue(int64(done + r.Dead))
}

func (d *live) paint(c text.Color, s string) string {
	if !d.colored {
		return s
	}
	return c.Sprint(s)
}

func (d *live) note(text string) { d.writer.Log("%s", text) }

func (d *live) kept(e endpoints) { writeEndpoints(logWriter{d.writer}, e) }

func (d *live) end(rows []row, dead []deadGroup) {
	d.progress(rows)
	d.stop()
	if rows != nil {
		writeTable(d.result, rows, d.tableColor)
		writeDead(d.result, dead)
	}
}

// stop draws the lines once more; they stay. A Stop that comes before Render has
// begun has no effect, so it is said until it is heard.
func (d *live) stop() {
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

// logWriter writes above the lines that are rewritten.
type logWriter struct{ progress.Writer }

func (l logWriter) Write(b []byte) (int, error) {
	l.Log("%s", string(b[:len(b)-1]))
	return len(b), nil
}
