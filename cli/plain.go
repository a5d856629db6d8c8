package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/serverless-star/starjob/local"
)

// plain shows a run in lines, for files and for terminals that cannot do more.
type plain struct {
	out     io.Writer // progress and logs
	results *results
	steps   map[string]string
	last    string // the last figures, which are not repeated for a clock that runs
}

func (p *plain) interval() time.Duration { return 2 * time.Second }

func (p *plain) building(folder string) { fmt.Fprintln(p.out, "building", folder) }

func (p *plain) started(e endpoints) { fmt.Fprintln(p.out, "SQS at", e.Endpoint) }

func (p *plain) log(l local.Line) {
	fmt.Fprintf(p.out, "%s | %s\n", nameOf(p.steps, l.Function), l.Text)
}

func (p *plain) progress(rows []row) {
	var figures, text strings.Builder
	for _, r := range rows {
		fmt.Fprintln(&figures, summary(r), r.DueIn > 0)
		fmt.Fprintf(&text, "%s: %s%s\n", r.Step, summary(r), pause(r))
	}
	if figures.String() != p.last {
		p.last = figures.String()
		fmt.Fprint(p.out, text.String())
	}
}

func (p *plain) note(text string) { fmt.Fprintln(p.out, text) }

func (p *plain) kept(e endpoints) { writeEndpoints(p.out, e) }

func (p *plain) end(rows []row, dead []deadGroup, remarks []string) error {
	err := p.results.write(rows, dead)
	for _, remark := range remarks {
		fmt.Fprintln(p.out, remark)
	}
	return err
}
