package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/serverless-star/starjob/cli/local"
)

// live shows a run on a terminal: one line per step that is rewritten in place,
// below the functions' output.
type live struct {
	writer     progress.Writer
	steps      map[string]string
	colored    bool
	result     io.Writer
	tableColor bool
	ended      chan struct{}
	begun      time.Time
	before     map[string]int // done at the last progress
	at         time.Time
}

func newLive(t *terminal, steps map[string]string) *live {
	d := &live{
		writer: progress.NewWriter(), steps: steps, colored: t.color(t.stderr),
		result: t.stdout, tableColor: t.color(t.stdout),
		ended: make(chan struct{}), before: map[string]int{}, at: time.Now(),
	}
	d.writer.SetOutputWriter(t.stderr)
	d.writer.SetUpdateFrequency(100 * time.Millisecond)
	d.writer.SetAutoStop(false)
	go func() {
		defer close(d.ended)
		d.writer.Render()
	}()
	return d
}

func (d *live) interval() time.Duration { return 200 * time.Millisecond }

func (d *live) building(folder string) { d.writer.Log("building %s", folder) }

func (d *live) started(endpoints) {}

func (d *live) log(l local.Line) {
	d.writer.Log("%s %s", d.paint(text.FgCyan, nameOf(d.steps, l.Function)), l.Text)
}

func (d *live) progress(rows []row) {
	elapsed := time.Since(d.at).Seconds()
	d.at = time.Now()
	lines := make([]string, len(rows))
	for i, r := range rows {
		done := r.Succeeded + r.Ignored
		rate := float64(done-d.before[r.Step]) / elapsed
		d.before[r.Step] = done
		lines[i] = fmt.Sprintf("%s %s, %.0f/s", d.paint(text.Bold, r.Step), summary(r), rate)
	}
	d.writer.SetPinnedMessages(lines...)
}

func (d *live) paint(c text.Color, s string) string {
	if !d.colored {
		return s
	}
	return c.Sprint(s)
}

func (d *live) kept(e endpoints) { writeEndpoints(logWriter{d.writer}, e) }

func (d *live) end(rows []row, dead []deadGroup) {
	d.writer.SetPinnedMessages()
	d.writer.Stop()
	<-d.ended
	if rows != nil {
		writeTable(d.result, rows, d.tableColor)
		writeDead(d.result, dead)
	}
}

// logWriter writes above the lines that are rewritten.
type logWriter struct{ progress.Writer }

func (l logWriter) Write(b []byte) (int, error) {
	l.Log("%s", string(b[:len(b)-1]))
	return len(b), nil
}
