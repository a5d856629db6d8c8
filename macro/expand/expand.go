// Package expand turns the Star::Job resources of a template into queues,
// functions, roles, log groups and event source mappings that CloudFormation
// knows. It is pure: nothing but its arguments decides what comes out, and the
// same input gives the same output, byte for byte.
//
// What a job becomes is decided by package plan, and what is wrong with it is
// reported by packages job and check. This package writes resources from a plan,
// puts them in the place of the jobs, and rewrites references to jobs. Start
// reading at [Template].
package expand

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/check"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/macro/plan"
)

// Options are what Template has to know in addition to the template.
type Options struct {
	// Parameters are the values of the template's parameters, defaults
	// included, by name. Those that are missing are unknown.
	Parameters map[string]*cfn.Node
	// Fragment says that the template came from CloudFormation, which sends
	// macros everything but the Transform section. Otherwise a template with a
	// Star::Job must list StarJob there.
	Fragment bool
	// Layer is the ARN of StarJob's layer, for functions in JavaScript and
	// Python. If it is empty, CloudFormation reads what the macro's stack keeps
	// in the SSM parameter /starjob/layer.
	Layer string
}

// Result is an expanded template, and the jobs that were in it.
type Result struct {
	Template *cfn.Node
	Jobs     []Job
}

// Template expands every Star::Job of a template. The input is not changed, and
// what is not StarJob's comes out as it went in. With errors in the list the
// result is incomplete and must not be deployed; it is never nil for an input
// that is not nil.
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

// RegistrySchema returns Star::Job in the form of CloudFormation's registry, for
// linters.
func RegistrySchema() *cfn.Node { return job.RegistrySchema() }
