package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/cli/display"
)

func newCheck(std *stdio) *cobra.Command {
	overrides := assignments{parse: parseOverrides}
	c := &cobra.Command{
		Use:   "check [TEMPLATE]",
		Short: "Report every problem of a template",
		Long: `Report every problem of a template, with its line and how to fix it.

Exit status:
  0  no errors; there may be warnings
  1  errors`,
		Args: arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			t, err := loadTemplate(std, args, overrides.values)
			if err != nil {
				return err
			}
			return check(std, t)
		},
	}
	addOverrides(c, &overrides)
	return c
}

func check(std *stdio, t *template) error {
	if len(t.problems) == 0 {
		steps := 0
		for _, job := range t.expanded.Jobs {
			steps += len(job.Steps)
		}
		_, err := fmt.Fprintf(std.out, "%s: no problems (%s, %s)\n", t.name, display.Count(len(t.expanded.Jobs), "job"), display.Count(steps, "step"))
		return err
	}
	t.printDiagnostics(std, std.out, t.problems)
	if t.problems.HasErrors() {
		return exit(exitProblems)
	}
	return nil
}
