// Package expand turns the Star::Job resources of a template into queues,
// functions, roles, log groups and event source mappings. It is pure: the result
// depends only on the arguments, and the same input gives the same output, byte for
// byte.
//
// Package plan decides what a job expands to, and packages job and check report its
// problems. This package writes resources from a plan, puts them in the place of the
// jobs, and rewrites references to jobs. Start reading at [Template].
package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/check"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/macro/plan"
)

// Options are the input of [Template] in addition to the template.
type Options struct {
	// Parameters are the values of the template's parameters by name, including
	// defaults. A missing parameter is unknown.
	Parameters map[string]*cfn.Node
	// Fragment means that the template comes from CloudFormation, which does not send
	// the Transform section to macros. Otherwise a template with a Star::Job must list
	// StarJob there.
	Fragment bool
	// Layer is the ARN of StarJob's layer, for functions in JavaScript and Python. If
	// it is empty, CloudFormation reads the ARN from the SSM parameter /starjob/layer,
	// which the macro's stack creates.
	Layer string
}

// Result is an expanded template and the jobs that it contained.
type Result struct {
	Template *cfn.Node
	Jobs     []Job
}

// Template expands every Star::Job of a template. It does not change the input, and
// passes everything else on unchanged. If the list has errors, the result is
// incomplete and must not be deployed. The result's template is nil only for a nil
// input.
func Template(input *cfn.Node, o Options) (Result, diag.List) {
	values := cfn.NewValues(input, o.Parameters)
	jobs, problems := job.Decode(input, values)
	problems = append(problems, check.Transforms(input, jobs, o.Fragment, problems)...)
	template := input.Clone()
	removeTransform(template)
	if len(jobs) == 0 {
		return Result{Template: template}, problems
	}
	p := plan.New(input, jobs, values, o.Layer)
	unresolved, betweenJobs := rewriteReferences(p, template)
	problems = append(problems, unresolved...)
	problems = append(problems, check.Plan(p, problems)...)
	resources := placeResources(p, template)
	problems = append(problems, check.Resources(p, template, resources, betweenJobs, problems)...)
	return Result{Template: template, Jobs: jobsOf(p)}, cfn.InOrder(problems)
}

// Schema returns the JSON schema, draft 7, of the templates that this version of
// StarJob expands, for editors.
func Schema() *cfn.Node { return job.Schema() }

// RegistrySchema returns the schema of Star::Job in the format of CloudFormation's
// registry, for linters.
func RegistrySchema() *cfn.Node { return job.RegistrySchema() }
