// Package check reports what AWS would refuse, or would understand otherwise than
// it was meant, of what a user writes: limits, names, collisions, circular dependencies,
// sizes, and properties that do not go together. It reads a finished plan and the
// template, decides nothing and changes nothing. Problems of a Star::Job as such,
// which need no plan, are reported by package job, and references that cannot be
// resolved by package expand, which rewrites them. Start reading at [Plan].
package check

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// Plan reports what is wrong with the jobs of a plan. The problems that were
// found before are not in the result, nor is another one of a property that one
// of them is about.
func Plan(p *plan.Plan, found diag.List) diag.List {
	c := newChecker(p, found)
	for _, j := range p.Jobs {
		checkJob(c, j)
	}
	return c.List()
}

// Resources reports what is wrong with the resources of a result as a whole, in
// their order: names that two of them have, circular dependencies, and limits.
// betweenJobs reports that jobs refer to jobs, so that cycles may have no other
// resources in them. The problems that were found before are not in the result.
func Resources(p *plan.Plan, result *cfn.Node, resources []Resource, betweenJobs bool, found diag.List) diag.List {
	c := newChecker(p, found)
	collisions(c, resources)
	logicalIDs(c, resources)
	circularDependencies(c, resources, betweenJobs)
	limits(c, result, resources)
	return c.List()
}
