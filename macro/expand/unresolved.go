package expand

import (
	"strings"

	"github.com/serverless-star/starjob/internal/suggest"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// reportDotted reports a Ref to an attribute of a job. A Ref with a dot is valid
// only for resources of SAM.
func reportDotted(problems *cfn.Problems, j *plan.Job, ref cfn.Reference) {
	fix := "use !GetAtt instead of !Ref; " + suggestion(j, ref.Attribute)
	if j.Attributes.Values[ref.Attribute] != nil {
		fix = "use !GetAtt " + ref.Name
	}
	problems.Error(diag.UnknownReference, ref.Path, "Ref names "+ref.Name+", an attribute of a job, but can refer only to a resource", fix)
}

// reportComputed reports a reference to a job with an attribute that is an intrinsic
// function.
func reportComputed(problems *cfn.Problems, j *plan.Job, ref cfn.Reference) {
	id := ref.LogicalID
	problems.Error(diag.UnknownReference, ref.Path, "the attribute of the job "+id+" is not a literal string, and StarJob runs before CloudFormation evaluates it", "use a literal attribute, as in "+id+"."+j.ExampleStep()+".Queue.Arn")
}

// reportCallInSub reports a placeholder that resolves to an intrinsic function,
// which the string of an Fn::Sub cannot contain.
func reportCallInSub(problems *cfn.Problems, ref cfn.Reference) {
	problems.Error(diag.UnknownReference, ref.Path, "${"+ref.Name+"} resolves to an intrinsic function, which cannot be part of an Fn::Sub string", "use a variable in the map of the Fn::Sub, and set it to the function's role")
}

// reportMissing reports a reference to an attribute that a job lacks.
func reportMissing(problems *cfn.Problems, p cfn.Path, j *plan.Job, attribute string) {
	problem, fix := missing(j, attribute)
	problems.Error(diag.UnknownReference, p, problem, fix)
}

// missing explains why a job lacks an attribute, and how to fix the reference.
func missing(j *plan.Job, attribute string) (problem, fix string) {
	id, has := j.Model.LogicalID, j.Attributes.Values
	step, rest, _ := strings.Cut(attribute, ".")
	switch {
	case strings.Contains(attribute, "${"):
		return "Fn::ForEach fills in a name in a reference to the job " + id + ", but CloudFormation runs StarJob before it expands loops", "use a literal step name, as in " + id + "." + j.ExampleStep() + ".Queue.Arn"
	case j.Generate == nil && (attribute == "" || attribute == "Arn" || attribute == "Generate.Arn"):
		return "the job " + id + " has no generate function because Generate is false", "refer to a step's function, as in " + id + "." + j.ExampleStep() + ".Function.Arn"
	case strings.HasPrefix(rest, "DeadLetterQueue.") && has[step+".Queue.Arn"] != nil && has[step+".DeadLetterQueue.Arn"] == nil:
		return "the step " + step + " of the job " + id + " has no dead-letter queue created by StarJob", "remove DeadLetterQueue: false or the step's RedrivePolicy, or refer to the queue that receives its dead letters"
	}
	return "the job " + id + " has no attribute " + attribute, suggestion(j, attribute)
}

// suggestion names the attribute that was probably meant, or all attributes.
func suggestion(j *plan.Job, attribute string) string {
	if s := suggest.Closest(attribute, j.Attributes.Names); s != "" {
		return "did you mean " + s + "?"
	}
	return "use Arn, Generate.Arn, or a part of a step: Queue and DeadLetterQueue have Arn, Url and Name, Function has Arn and Name, and Role has Arn, as in " +
		strings.Join([]string{j.Model.LogicalID, j.ExampleStep(), "Queue", "Arn"}, ".")
}

// reportPrototype reports a reference to the prototype of a job.
func reportPrototype(problems *cfn.Problems, p cfn.Path, id string, user *plan.Job, fix string) {
	if user.PrototypeRole != "" {
		fix += "; if SAM created the reference, set Transform: [StarJob, " + plan.TransformServerless + "], so that SAM creates it for the copies"
	}
	problems.Error(diag.PrototypeReference, p, id+" is the prototype of the job "+user.Model.LogicalID+" and is not in the expanded template; the functions of the job are copies of it", fix)
}

// instead is the fix for a reference to the job's prototype.
func instead(j *plan.Job) string {
	fix := "use one of the copies, as in !GetAtt " + j.Model.LogicalID + "." + j.ExampleStep() + ".Function.Arn"
	if j.Generate != nil {
		fix += ", or !Ref " + j.Model.LogicalID + " for the generate function"
	}
	return fix
}
