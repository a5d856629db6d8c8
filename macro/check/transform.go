package check

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/macro/plan"
)

const rightOrder = "write Transform: [" + plan.TransformStarJob + ", " + plan.TransformLanguageExtensions + ", " + plan.TransformServerless + "], without those that you do not need"

// Transforms reports a Transform section in which StarJob is missing or in the
// wrong place. A fragment is a template that came from CloudFormation, which sends
// macros no such section. The problems that were found before are not in the
// result.
func Transforms(template *cfn.Node, jobs []*job.Job, fragment bool, found diag.List) diag.List {
	problems := cfn.NewProblems(template, found)
	t := plan.ReadTransforms(template)
	if !t.Listed {
		if len(jobs) > 0 && !fragment {
			problems.Error(diag.Transform, transformSection, "the template has a "+job.Type+", and its Transform section lacks StarJob, so CloudFormation would not know the type", rightOrder)
		}
		return problems.List()
	}
	checkOrder(problems, template, jobs, t)
	checkSAM(problems, template, jobs, t)
	return problems.List()
}

var transformSection = cfn.Path{"Transform"}

// checkOrder warns of what runs before StarJob and should not.
func checkOrder(problems *cfn.Problems, template *cfn.Node, jobs []*job.Job, t plan.Transforms) {
	if t.Before[plan.TransformLanguageExtensions] {
		problems.Warn(diag.Transform, transformSection, plan.TransformLanguageExtensions+" stands before StarJob, and AWS wants its own transforms after all others", rightOrder)
	}
	if !t.Before[plan.TransformServerless] {
		return
	}
	for _, j := range jobs {
		if isServerless(template, j) {
			problems.Warn(diag.SharedRole, transformSection, "SAM stands before StarJob, so it turns "+j.Prototype+" into a function with one role, which all functions of "+j.LogicalID+" then share with all their rights; what is shown here has a role for each", rightOrder)
		}
	}
}

// checkSAM reports a prototype that nothing would translate.
func checkSAM(problems *cfn.Problems, template *cfn.Node, jobs []*job.Job, t plan.Transforms) {
	for _, n := range t.Others {
		if plan.TransformName(n) == plan.TransformServerless {
			return
		}
	}
	for _, j := range jobs {
		if isServerless(template, j) {
			problems.Error(diag.Transform, transformSection, "the prototype "+j.Prototype+" is an "+cfn.TypeServerlessFunction+", and the Transform section lacks "+plan.TransformServerless+", so CloudFormation would not know the type", rightOrder)
		}
	}
}

// isServerless reports whether a job's prototype is a function for SAM to
// translate.
func isServerless(template *cfn.Node, j *job.Job) bool {
	return template.At("Resources", j.Prototype).ResourceType() == cfn.TypeServerlessFunction
}
