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

func newExpand(t *terminal) *cobra.Command {
	var format, job, earlier, layer string
	var failOnLoss bool
	overrides := assignments{parse: parseOverrides}
	c := &cobra.Command{
		Use:   "expand [TEMPLATE]",
		Short: "Print the template as CloudFormation would get it",
		Long: `expand prints the template as CloudFormation would get it.

With --diff it says instead what would change: FILE is an earlier expansion, an
earlier template, or what aws cloudformation get-template --template-stage
Original answers. It ends with 0 whatever changes; with --fail-on-loss, with 1 if
something would be lost.`,
		Args: arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			if format != "yaml" && format != "json" {
				return fmt.Errorf("--format %s: want yaml or json", format)
			}
			if failOnLoss && earlier == "" {
				return errors.New("--fail-on-loss is of use with --diff FILE alone")
			}
			for _, other := range []string{"format", "job"} {
				if earlier != "" && c.Flags().Changed(other) {
					return fmt.Errorf("--diff speaks of the whole template in words: leave out --%s", other)
				}
			}
			l, err := t.readArgument(args)
			if err != nil {
				return err
			}
			l.layer = layer
			l.expand(overrides.values)
			if err := l.usable(t); err != nil {
				return err
			}
			if earlier == "" {
				return l.print(t, format, job)
			}
			lost, err := l.printDiff(t, earlier, overrides.values)
			if err == nil && lost && failOnLoss {
				return exit(exitProblems)
			}
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "yaml", "yaml or json")
	c.Flags().StringVar(&job, "job", "", "print only the resources of this job")
	c.Flags().StringVar(&earlier, "diff", "", "say in words what changes compared with this `FILE`")
	c.Flags().BoolVar(&failOnLoss, "fail-on-loss", false, "with --diff: end with 1 if something would be lost")
	c.Flags().StringVar(&layer, "layer", "", "`ARN` of StarJob's layer, for functions in JavaScript and Python\n(default: the layer that the macro's stack keeps in /starjob/layer)")
	addOverrides(c, &overrides)
	return c
}

func (l *template) print(t *terminal, format, id string) error {
	out := l.expanded.Template
	if id != "" {
		job, err := l.job(id)
		if err != nil {
			return err
		}
		out = cfn.NewMap(cfn.E("Resources", l.resourcesOf(job)))
	}
	if format == "json" {
		_, err := t.stdout.Write(append(cfn.EncodeJSONIndent(out), '\n'))
		return err
	}
	_, err := t.stdout.Write(cfn.EncodeYAML(out))
	return err
}

// resourcesOf are the resources that came out of one job.
func (l *template) resourcesOf(job expand.Job) *cfn.Node {
	resources := cfn.NewMap()
	from := l.expanded.Template.Get("Resources")
	for _, e := range from.Entries {
		if !l.input.Get("Resources").Has(e.Key) && l.owner(e.Key) == job.LogicalID {
			resources.Entries = append(resources.Entries, e)
		}
	}
	return resources
}

// owner is the job that a generated resource came out of: the one with a step
// whose logical IDs begin like the resource's, for as long as possible.
func (l *template) owner(id string) string {
	owner, longest := "", 0
	for _, job := range l.expanded.Jobs {
		for _, base := range bases(job) {
			if strings.HasPrefix(id, base) && len(base) > longest {
				owner, longest = job.LogicalID, len(base)
			}
		}
	}
	return owner
}

// bases begin the logical IDs of everything that comes out of a job.
func bases(job expand.Job) []string {
	bases := []string{job.LogicalID + "Generate"}
	for _, step := range job.Steps {
		bases = append(bases, strings.TrimSuffix(step.Function, "Function"))
	}
	return bases
}

// printDiff says in words what deploying the template would change, compared with
// an earlier one, and reports whether something would be lost.
func (l *template) printDiff(t *terminal, earlier string, overrides map[string]string) (loses bool, err error) {
	old, err := t.earlier(earlier, overrides, l.layer)
	if err != nil {
		return false, err
	}
	if err := old.usable(t); err != nil {
		return false, err
	}
	changes := diff.Compare(old.expanded, l.expanded)
	_, err = io.WriteString(t.stdout, diff.Text(changes))
	return diff.Loses(changes), err
}

// earlier reads the template to compare with: an expansion, a template with
// Star::Job resources, which is expanded, or GetTemplate's answer with either.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
func (t *terminal) earlier(where string, overrides map[string]string, layer string) (*template, error) {
	old, err := t.read(where)
	if err != nil {
		return nil, err
	}
	answer, problems := cfn.Parse(old.source)
	if body := answer.Get("TemplateBody"); body != nil && !problems.HasErrors() {
		old.source = cfn.EncodeJSON(body)
		if text, ok := body.AsString(); ok {
			old.source = []byte(text)
		}
	}
	old.layer = layer
	old.expand(overrides)
	if old.expanded.Template != nil && len(old.expanded.Jobs) == 0 {
		old.expanded.Jobs = expand.Jobs(old.expanded.Template)
	}
	return old, nil
}
