// Package check reports everything in a template that AWS would refuse or treat
// differently than its author expects: limits, names, collisions, circular
// dependencies, sizes, and properties that exclude each other. It reads a finished
// plan and the template, decides nothing and changes nothing.
//
// Package job reports the problems of a Star::Job that need no plan, and package
// expand the references that it cannot resolve. Start reading at [Plan].
package check

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// Plan reports the problems of a plan's jobs. The result does not repeat the
// problems that were found before. A property of AWS SAM that already has a problem
// does not get a second one.
func Plan(p *plan.Plan, found diag.List) diag.List {
	c := newChecker(p, found)
	for _, j := range p.Jobs {
		checkJob(c, j)
	}
	return c.List()
}

// Resources reports the problems of the expanded template's resources together:
// duplicate names, circular dependencies, and limits. betweenJobs reports whether
// jobs refer to jobs, which is required for a cycle of only generated resources.
// The result does not repeat the problems that were found before.
func Resources(p *plan.Plan, result *cfn.Node, resources []Resource, betweenJobs bool, found diag.List) diag.List {
	c := newChecker(p, found)
	collisions(c, resources)
	logicalIDs(c, resources)
	circularDependencies(c, resources, betweenJobs)
	limits(c, result, resources)
	return c.List()
}
