package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/macro/diag"
)

func newCheck(t *terminal) *cobra.Command {
	overrides := assignments{parse: parseOverrides}
	c := &cobra.Command{
		Use:   "check [TEMPLATE]",
		Short: "Report every problem of a template, with line and caret",
		Long:  "check reports every problem of a template. It ends with 1 if there are errors;\nwarnings are no errors.",
		Args:  arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := t.load(args, overrides.values)
			if err != nil {
				return err
			}
			return l.check(t)
		},
	}
	addOverrides(c, &overrides)
	return c
}

func addOverrides(c *cobra.Command, overrides *assignments) {
	c.Flags().Var(overrides, "parameter-overrides", "values of template parameters, as for the SAM CLI")
}

func (l *template) check(t *terminal) error {
	if len(l.problems) == 0 {
		steps := 0
		for _, job := range l.expanded.Jobs {
			steps += len(job.Steps)
		}
		_, err := fmt.Fprintf(t.stdout, "%s: no problems (%s, %s)\n", l.name, count(len(l.expanded.Jobs), "job"), count(steps, "step"))
		return err
	}
	diag.Render(t.stdout, l.name, l.source, l.problems, t.color(t.stdout))
	if l.problems.HasErrors() {
		return exit(exitProblems)
	}
	return nil
}

// count is a number and its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
