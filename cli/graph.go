package cli

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/cli/graph"
	"github.com/serverless-star/starjob/macro/expand"
)

func newGraph(std *stdio) *cobra.Command {
	var job string
	overrides := assignments{parse: parseOverrides}
	c := &cobra.Command{
		Use:   "graph [TEMPLATE]",
		Short: "Print the jobs of a template as a Mermaid flowchart",
		Long: `Print the jobs of a template as a Mermaid flowchart. GitHub draws it if you put
it in a mermaid code block of a Markdown file.

Solid arrows show where items go, dashed arrows where they may go. A step that
doesn't set Generates may generate items for any step. It has dashed arrows to
the steps after it or, if these would be too many, a frame that says so.
Conditions are ignored.`,
		Args: arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			t, err := loadTemplate(std, args, overrides.values)
			if err != nil {
				return err
			}
			if err := t.requireValid(std); err != nil {
				return err
			}
			return printGraph(std, t, job)
		},
	}
	c.Flags().StringVar(&job, "job", "", "draw only job `ID`")
	addOverrides(c, &overrides)
	return c
}

// printGraph prints the flowchart of all jobs or, if id isn't empty, of the job with
// that logical ID. The template may already be expanded.
func printGraph(std *stdio, t *template, id string) error {
	if len(t.expanded.Jobs) == 0 {
		t.expanded.Jobs = expand.Jobs(t.expanded.Template)
	}
	jobs := t.expanded.Jobs
	if len(jobs) == 0 {
		return errors.New(t.name + " has no Star::Job resource")
	}
	if id != "" {
		job, err := findJob(t, id)
		if err != nil {
			return err
		}
		jobs = []expand.Job{job}
	}
	_, err := io.WriteString(std.out, graph.Draw(t.input, t.expanded, jobs))
	return err
}
