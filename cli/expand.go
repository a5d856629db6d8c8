package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/cli/diff"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

func newExpand(std *stdio) *cobra.Command {
	var format, job, earlier, layer string
	var failOnLoss bool
	overrides := assignments{parse: parseOverrides}
	c := &cobra.Command{
		Use:   "expand [TEMPLATE]",
		Short: "Print the template that CloudFormation deploys",
		Long: `Print the template that CloudFormation deploys, with each Star::Job expanded.

With --diff, print what an update changes instead. FILE is an earlier template,
an earlier expansion, or the output of aws cloudformation get-template
--template-stage Original.

Exit status:
  0  success
  1  errors, or the update loses data (only with --fail-on-loss)`,
		Args: arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			if format != "yaml" && format != "json" {
				return fmt.Errorf("--format is %s (allowed: yaml, json)", format)
			}
			if failOnLoss && earlier == "" {
				return errors.New("--fail-on-loss requires --diff FILE")
			}
			for _, other := range []string{"format", "job"} {
				if earlier != "" && c.Flags().Changed(other) {
					return fmt.Errorf("--diff and --%s cannot be used together", other)
				}
			}
			t, err := readTemplate(std, templateArgument(args))
			if err != nil {
				return err
			}
			t.layer = layer
			t.expand(overrides.values)
			if err := t.requireValid(std); err != nil {
				return err
			}
			if earlier == "" {
				return printExpanded(std, t, format, job)
			}
			loses, err := printDiff(std, t, earlier, overrides.values)
			if err == nil && loses && failOnLoss {
				return exit(exitProblems)
			}
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "yaml", "`FORMAT`: yaml or json")
	c.Flags().StringVar(&job, "job", "", "print only the resources of job `ID`")
	c.Flags().StringVar(&earlier, "diff", "", "print what changes compared with `FILE`")
	c.Flags().BoolVar(&failOnLoss, "fail-on-loss", false, "exit with status 1 if the update loses\ndata (requires --diff)")
	c.Flags().StringVar(&layer, "layer", "", "`ARN` of StarJob's layer for JavaScript\nand Python (default: the value of the\nparameter /starjob/layer)")
	addOverrides(c, &overrides)
	return c
}

// printExpanded prints the expanded template or, if a job is named, only the
// resources that it expands to.
func printExpanded(std *stdio, t *template, format, id string) error {
	out := t.expanded.Template
	if id != "" {
		job, err := findJob(t, id)
		if err != nil {
			return err
		}
		out = cfn.NewMap(cfn.E("Resources", resourcesOf(t, job)))
	}
	if format == "json" {
		_, err := std.out.Write(append(cfn.EncodeJSONIndent(out), '\n'))
		return err
	}
	_, err := std.out.Write(cfn.EncodeYAML(out))
	return err
}

// resourcesOf are the resources that were generated for one job.
func resourcesOf(t *template, job expand.Job) *cfn.Node {
	resources := cfn.NewMap()
	for _, e := range t.expanded.Template.Get("Resources").Entries {
		if !t.input.Get("Resources").Has(e.Key) && ownerOf(e.Key, t.expanded.Jobs) == job.LogicalID {
			resources.Entries = append(resources.Entries, e)
		}
	}
	return resources
}

// ownerOf is the job that a generated resource belongs to: the one whose prefix of
// logical IDs matches the resource's for the greatest length.
func ownerOf(id string, jobs []expand.Job) string {
	owner, longest := "", 0
	for _, job := range jobs {
		for _, prefix := range idPrefixes(job) {
			if strings.HasPrefix(id, prefix) && len(prefix) > longest {
				owner, longest = job.LogicalID, len(prefix)
			}
		}
	}
	return owner
}

// idPrefixes are the prefixes of the logical IDs that are generated for a job.
func idPrefixes(job expand.Job) []string {
	prefixes := []string{job.LogicalID + "Generate"}
	for _, step := range job.Steps {
		prefixes = append(prefixes, strings.TrimSuffix(step.Function, "Function"))
	}
	return prefixes
}

// printDiff prints what deploying the template changes, compared with an earlier
// one, and reports whether the update loses data.
func printDiff(std *stdio, t *template, earlier string, overrides map[string]string) (loses bool, err error) {
	old, err := loadEarlier(std, earlier, overrides, t.layer)
	if err != nil {
		return false, err
	}
	if err := old.requireValid(std); err != nil {
		return false, err
	}
	changes := diff.Compare(old.expanded, t.expanded)
	_, err = io.WriteString(std.out, diff.Text(changes))
	return diff.Loses(changes), err
}

// loadEarlier reads the template to compare with: an expansion, a template with
// Star::Job resources, which is expanded, or GetTemplate's answer with either.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
func loadEarlier(std *stdio, where string, overrides map[string]string, layer string) (*template, error) {
	old, err := readTemplate(std, where)
	if err != nil {
		return nil, err
	}
	answer, problems := cfn.Parse(old.source)
	if body := answer.Get("TemplateBody"); body != nil && !problems.HasErrors() {
		old.source = cfn.EncodeJSON(body)
		if source, ok := body.AsString(); ok {
			old.source = []byte(source)
		}
	}
	old.layer = layer
	old.expand(overrides)
	if old.expanded.Template != nil && len(old.expanded.Jobs) == 0 {
		old.expanded.Jobs = expand.Jobs(old.expanded.Template)
	}
	return old, nil
}
