package display

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"github.com/jedib0t/go-pretty/v6/text"
)

// liveDisplay shows a run on a terminal: one line per step that is rewritten in
// place, below the functions' output.
type liveDisplay struct {
	writer  progress.Writer
	screen  *os.File
	out     io.Writer // to the screen
	colored bool
	results *results
	bars    map[string]*bar
	updated time.Time // when the bars last were
	backlog *backlog

	mu       sync.Mutex
	rendered chan struct{} // closed when nothing is drawn anymore; nil before the first bar is drawn
}

func newLive(screen *os.File, out io.Writer, colored bool, results *results) *liveDisplay {
	d := &liveDisplay{
		writer: progress.NewWriter(), screen: screen, out: out, colored: colored,
		results: results, bars: map[string]*bar{}, updated: time.Now(), backlog: newBacklog(),
	}
	d.writer.SetOutputWriter(screenWriter{out, d.backlog})
	d.writer.SetUpdateFrequency(100 * time.Millisecond)
	d.writer.SetAutoStop(false)
	d.writer.SetStyle(style(d.colored))
	d.writer.SetSortBy(progress.SortByIndex)
	d.writer.SetTrackerPosition(progress.PositionRight)
	if width, ok := widthOf(screen); ok {
		d.writer.SetTerminalWidth(width)
		d.writer.SetTrackerLength(min(20, max(5, width/2-30)))
		d.writer.Style().Visibility.Tracker = width >= minWidthForBars
	}
	return d
}

// minWidthForBars is the narrowest terminal on which bars leave enough room for
// figures, in columns.
const minWidthForBars = 60

func style(colored bool) progress.Style {
	s := progress.StyleBlocks
	s.Options.Separator = " "
	s.Options.PercentFormat = "%4.0f%%"
	s.Options.PercentIndeterminate = "     " // as wide as PercentFormat
	s.Visibility.Time = false
	if colored {
		s.Colors.Message = text.Colors{text.Bold}
		s.Colors.Tracker = text.Colors{text.FgCyan}
	}
	return s
}

func (d *liveDisplay) Interval() time.Duration { return 200 * time.Millisecond }

func (d *liveDisplay) Building(folder string) { d.say("building " + folder) }

// say writes a line above those that are rewritten. The progress writer holds
// lines back until it has something to rewrite, and a build may take minutes before
// that, so until then they are written at once.
func (d *liveDisplay) say(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.rendered == nil {
		fmt.Fprintln(d.out, text)
		return
	}
	d.backlog.add(text)
	d.writer.Log(text)
}

func (d *liveDisplay) Started(e Endpoints) {
	if len(e.Order) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	width := 0
	for _, step := range e.Order {
		width = max(width, len(step))
	}
	for i, step := range e.Order { // names are padded to a common width
		d.bars[step] = newBar(fmt.Sprintf("%-*s", width, step), i)
		d.writer.AppendTracker(d.bars[step].tracker)
	}
	d.rendered = make(chan struct{})
	go func() {
		defer close(d.rendered)
		defer d.backlog.end()
		d.writer.Render()
	}()
}

func (d *liveDisplay) Log(l Line) {
	d.say(d.paint(text.FgCyan, l.Step) + " " + Escape(l.Text))
}

func (d *liveDisplay) Progress(steps []Step) {
	elapsed := time.Since(d.updated).Seconds()
	d.updated = time.Now()
	if width, ok := widthOf(d.screen); ok { // a line that wraps could not be rewritten
		d.writer.SetTerminalWidth(width)
	}
	for _, s := range steps {
		d.bars[s.Name].update(s, elapsed)
	}
}

func (d *liveDisplay) paint(c text.Color, s string) string {
	if !d.colored {
		return s
	}
	return c.Sprint(s)
}

func (d *liveDisplay) Note(text string) { d.say(Escape(text)) }

func (d *liveDisplay) Kept(e Endpoints) {
	var text strings.Builder
	writeEndpoints(&text, e)
	d.say(strings.TrimSuffix(text.String(), "\n"))
}

func (d *liveDisplay) End(steps []Step, dead []DeadLetters, remarks []string) error {
	d.Progress(steps)
	d.stop()
	err := d.results.write(steps, dead)
	for _, remark := range remarks {
		fmt.Fprintln(d.out, remark)
	}
	return err
}

// stop draws the lines a last time; they stay on the screen. A Stop that comes
// before Render has begun has no effect, so it is repeated until Render returns.
func (d *liveDisplay) stop() {
	if d.rendered == nil {
		return
	}
	retry := time.NewTicker(10 * time.Millisecond)
	defer retry.Stop()
	for {
		d.writer.Stop()
		select {
		case <-d.rendered:
			return
		case <-retry.C:
		}
	}
}

// bar is a step's line of the live display: its name, a bar and its figures.
type bar struct {
	tracker *progress.Tracker
	speed   throughput

	mu      sync.Mutex
	figures string // behind the bar
}

func newBar(label string, index int) *bar {
	b := &bar{figures: "starting"}
	b.tracker = &progress.Tracker{
		Message: label, Index: uint64(index), AutoStopDisabled: true,
		Units: progress.Units{Formatter: func(int64) string {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.figures
		}},
	}
	return b
}

// update brings the line up to date, the given seconds after the last time. The
// bar shows which share of the items that have arrived so far is finished.
func (b *bar) update(s Step, elapsed float64) {
	b.speed.observe(s.finished(), elapsed)
	figures := summary(s)
	switch {
	case s.DueIn > 0:
		figures = due(s) + "; " + figures // first, because a narrow terminal cuts off the end
	case b.speed.rate >= 0.5 || s.Waiting+s.InFlight > 0:
		figures += fmt.Sprintf(", %.0f/s%s", b.speed.rate, b.speed.remaining(s.Waiting+s.InFlight+s.Delayed))
	}
	b.mu.Lock()
	b.figures = figures
	b.mu.Unlock()
	b.tracker.UpdateTotal(int64(max(s.Arrived, 1)))
	b.tracker.SetValue(int64(s.finished() + s.Dead))
}
