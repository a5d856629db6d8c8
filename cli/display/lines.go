package display

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// lineDisplay shows a run in plain lines, for files and for terminals that cannot
// do more.
type lineDisplay struct {
	out     io.Writer // progress and logs
	results *results
	last    string // the last figures, which are not repeated when only the time left changes
}

func (d *lineDisplay) Interval() time.Duration { return 2 * time.Second }

func (d *lineDisplay) Building(folder string) { fmt.Fprintln(d.out, "building", folder) }

func (d *lineDisplay) Started(e Endpoints) { fmt.Fprintln(d.out, "SQS at", e.Endpoint) }

func (d *lineDisplay) Log(l Line) { fmt.Fprintf(d.out, "%s | %s\n", l.Step, l.Text) }

func (d *lineDisplay) Progress(steps []Step) {
	var figures, text strings.Builder
	for _, s := range steps {
		fmt.Fprintln(&figures, summary(s), s.DueIn > 0)
		fmt.Fprintf(&text, "%s: %s", s.Name, summary(s))
		if s.DueIn > 0 {
			text.WriteString("; " + due(s))
		}
		text.WriteByte('\n')
	}
	if figures.String() != d.last {
		d.last = figures.String()
		fmt.Fprint(d.out, text.String())
	}
}

func (d *lineDisplay) Note(text string) { fmt.Fprintln(d.out, text) }

func (d *lineDisplay) Kept(e Endpoints) { writeEndpoints(d.out, e) }

func (d *lineDisplay) End(steps []Step, dead []DeadLetters, remarks []string) error {
	err := d.results.write(steps, dead)
	for _, remark := range remarks {
		fmt.Fprintln(d.out, remark)
	}
	return err
}
