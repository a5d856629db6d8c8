package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/serverless-star/starjob/cli/local"
)

// plain shows a run in lines, for files and for terminals that cannot do more.
type plain struct {
	out    io.Writer // progress and logs
	result io.Writer // the table
	steps  map[string]string
	last   string // the last progress, which is not repeated
}

func (p *plain) interval() time.Duration { return 2 * time.Second }

func (p *plain) building(folder string) { fmt.Fprintln(p.out, "building", folder) }

func (p *plain) started(e endpoints) { fmt.Fprintln(p.out, "SQS at", e.Endpoint) }

func (p *plain) log(l local.Line) {
	fmt.Fprintf(p.out, "%s | %s\n", nameOf(p.steps, l.Function), l.Text)
}

func (p *plain) progress(rows []row) {
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = r.Step + ": " + summary(r)
	}
	if text := strings.Join(lines, "\n"); text != p.last {
		p.last = text
		fmt.Fprintln(p.out, text)
	}
}

func (p *plain) kept(e endpoints) { writeEndpoints(p.out, e) }

func (p *plain) end(rows []row, dead []deadGroup) {
	if rows != nil {
		writeTable(p.result, rows, false)
		writeDead(p.result, dead)
	}
}

// summary is a row's figures while it works.
func summary(r row) string {
	text := fmt.Sprintf("%d waiting, %d in flight, %d done", r.Waiting, r.InFlight, r.Succeeded+r.Ignored)
	if r.Delayed > 0 {
		text += fmt.Sprintf(", %d delayed", r.Delayed)
	}
	if r.Failed > 0 {
		text += fmt.Sprintf(", %d failed", r.Failed)
	}
	if r.Dead > 0 {
		text += fmt.Sprintf(", %d dead", r.Dead)
	}
	return text
}
