package check

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/macro/plan"
)

const rightOrder = "set Transform: [" + plan.TransformStarJob + ", " + plan.TransformLanguageExtensions + ", " + plan.TransformServerless + "], and leave out those that you do not need"

// Transforms reports a Transform section in which StarJob is missing or in the
// wrong place. A fragment is a template from CloudFormation, which does not send
// that section to macros. The result does not repeat the problems that were found
// before.
func Transforms(template *cfn.Node, jobs []*job.Job, fragment bool, found diag.List) diag.List {
	problems := cfn.NewProblems(template, found)
	t := plan.ReadTransforms(template)
	if !t.Listed {
		if len(jobs) > 0 && !fragment {
			problems.Error(diag.Transform, transformSection, "the template has a "+job.Type+", but Transform does not list StarJob", rightOrder)
		}
		return problems.List()
	}
	checkOrder(problems, template, jobs, t)
	checkSAM(problems, template, jobs, t)
	return problems.List()
}

var transformSection = cfn.Path{"Transform"}

// checkOrder warns of transforms that run before StarJob but should run after it.
func checkOrder(problems *cfn.Problems, template *cfn.Node, jobs []*job.Job, t plan.Transforms) {
	if t.Before[plan.TransformLanguageExtensions] {
		problems.Warn(diag.Transform, transformSection, plan.TransformLanguageExtensions+" is listed before StarJob; AWS requires its transforms after all macros", rightOrder)
	}
	if !t.Before[plan.TransformServerless] {
		return
	}
	for _, j := range jobs {
		if isServerless(template, j) {
			problems.Warn(diag.SharedRole, transformSection, plan.TransformServerless+" is listed before StarJob, so SAM creates one role for the prototype "+j.Prototype+"; all functions of the job "+j.LogicalID+" will share it, although star shows a role for each", rightOrder)
		}
	}
}

// checkSAM reports a prototype that requires SAM if SAM is not listed.
func checkSAM(problems *cfn.Problems, template *cfn.Node, jobs []*job.Job, t plan.Transforms) {
	for _, n := range t.Others {
		if plan.TransformName(n) == plan.TransformServerless {
			return
		}
	}
	for _, j := range jobs {
		if isServerless(template, j) {
			problems.Error(diag.Transform, transformSection, "the prototype "+j.Prototype+" is an "+cfn.TypeServerlessFunction+", but Transform does not list "+plan.TransformServerless, rightOrder)
		}
	}
}

// isServerless reports whether a job's prototype is an AWS::Serverless::Function.
func isServerless(template *cfn.Node, j *job.Job) bool {
	return template.At("Resources", j.Prototype).ResourceType() == cfn.TypeServerlessFunction
}
