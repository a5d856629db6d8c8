package cli

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/cli/graph"
	"github.com/serverless-star/starjob/macro/expand"
)

func newGraph(t *terminal) *cobra.Command {
	var job string
	overrides := assignments{parse: parseOverrides}
	c := &cobra.Command{
		Use:   "graph [TEMPLATE]",
		Short: "Print the jobs of a template as a Mermaid flowchart",
		Long: `Print the jobs of a template as a Mermaid flowchart. GitHub draws it if you put it
in a mermaid code block of a Markdown file.

Solid arrows show where items go, dashed arrows where they may go. A step that
doesn't set Generates may generate items for any step: it has dashed arrows to the
steps after it or, where these would be too many, a frame that says so. Conditions
are ignored.`,
		Args: arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := t.load(args, overrides.values)
			if err != nil {
				return err
			}
			if err := l.usable(t); err != nil {
				return err
			}
			return l.graph(t, job)
		},
	}
	c.Flags().StringVar(&job, "job", "", "draw only this job")
	addOverrides(c, &overrides)
	return c
}

// graph prints the flowchart of all jobs or, if id isn't empty, of the job with that
// logical ID. The template may already be expanded.
func (l *template) graph(t *terminal, id string) error {
	if len(l.expanded.Jobs) == 0 {
		l.expanded.Jobs = expand.Jobs(l.expanded.Template)
	}
	jobs := l.expanded.Jobs
	if len(jobs) == 0 {
		return errors.New(l.name + " has no resource of type Star::Job")
	}
	if id != "" {
		job, err := l.job(id)
		if err != nil {
			return err
		}
		jobs = []expand.Job{job}
	}
	_, err := io.WriteString(t.stdout, graph.Draw(l.input, l.expanded, jobs))
	return err
}
