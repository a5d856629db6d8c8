package expand

import (
	"strings"

	"github.com/serverless-star/starjob/internal/suggest"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// reportDotted reports a Ref to an attribute of a job. Some accept names with a
// dot, as SAM does, but those of jobs have none.
func reportDotted(problems *cfn.Problems, j *plan.Job, ref cfn.Reference) {
	fix := "write !GetAtt in place of !Ref; " + suggestion(j, ref.Attribute)
	if j.Attributes.Values[ref.Attribute] != nil {
		fix = "write !GetAtt " + ref.Name
	}
	problems.Error(diag.UnknownReference, ref.Path, "Ref leads to a job as a whole, and "+ref.Name+" is an attribute of one", fix)
}

// reportComputed reports an attribute of a job that an intrinsic function gives.
func reportComputed(problems *cfn.Problems, j *plan.Job, ref cfn.Reference) {
	id := ref.LogicalID
	problems.Error(diag.UnknownReference, ref.Path, "the attribute of the job "+id+" is not a literal text, and StarJob runs before anything is evaluated", "write the attribute itself, as in "+id+"."+j.ExampleStep()+".Queue.Arn")
}

// reportCallInSub reports a placeholder that resolves to a call, which has no form
// in the template string of an Fn::Sub.
func reportCallInSub(problems *cfn.Problems, ref cfn.Reference) {
	problems.Error(diag.UnknownReference, ref.Path, "${"+ref.Name+"} leads to a call of an intrinsic function, which cannot stand in the text of Fn::Sub", "give it a name of its own in the map of the Fn::Sub, with the function's role as its value")
}

// reportMissing reports a reference to an attribute that a job lacks.
func reportMissing(problems *cfn.Problems, p cfn.Path, j *plan.Job, attribute string) {
	problem, fix := missing(j, attribute)
	problems.Error(diag.UnknownReference, p, problem, fix)
}

// missing says why a job lacks an attribute, and what to do about it.
func missing(j *plan.Job, attribute string) (problem, fix string) {
	id, has := j.Model.LogicalID, j.Attributes.Values
	step, rest, _ := strings.Cut(attribute, ".")
	switch {
	case strings.Contains(attribute, "${"):
		return "a reference to the job " + id + " has a name in it that Fn::ForEach fills in, and StarJob runs before loops are written out", "write the step's name itself, as in " + id + "." + j.ExampleStep() + ".Queue.Arn"
	case j.Generate == nil && (attribute == "" || attribute == "Arn" || attribute == "Generate.Arn"):
		return "the job " + id + " has no generate function, for Generate is false", "refer to a step's function, as in " + id + "." + j.ExampleStep() + ".Function.Arn"
	case strings.HasPrefix(rest, "DeadLetterQueue.") && has[step+".Queue.Arn"] != nil && has[step+".DeadLetterQueue.Arn"] == nil:
		return "StarJob makes no dead-letter queue for the step " + step + " of the job " + id, "remove DeadLetterQueue: false or the step's RedrivePolicy, or refer to the queue that takes its dead letters"
	}
	return "the job " + id + " has no attribute " + attribute, suggestion(j, attribute)
}

// suggestion is the attribute that was probably meant, or all that there is.
func suggestion(j *plan.Job, attribute string) string {
	if s := suggest.Closest(attribute, j.Attributes.Names); s != "" {
		return "did you mean " + s + "?"
	}
	return "a job has Arn, Generate.Arn, and for each step, such as " + j.ExampleStep() + ": Queue and DeadLetterQueue with Arn, Url and Name, Function with Arn and Name, and Role.Arn, as in " +
		strings.Join([]string{j.Model.LogicalID, j.ExampleStep(), "Queue", "Arn"}, ".")
}

// reportPrototype reports a reference to the prototype of a job.
func reportPrototype(problems *cfn.Problems, p cfn.Path, id string, user *plan.Job, fix string) {
	if user.PrototypeRole != "" {
		fix += "; if SAM made what refers to it, write Transform: [StarJob, " + plan.TransformServerless + "], so that SAM makes it for the copies"
	}
	problems.Error(diag.PrototypeReference, p, "the function "+id+" is the prototype of the job "+user.Model.LogicalID+" and does not come out of StarJob: every function of the job is a copy of it", fix)
}

// instead is what to refer to in place of the job's prototype.
func instead(j *plan.Job) string {
	fix := "refer to one of the copies, as in !GetAtt " + j.Model.LogicalID + "." + j.ExampleStep() + ".Function.Arn"
	if j.Generate != nil {
		fix += ", or !Ref " + j.Model.LogicalID + " for the generate function"
	}
	return fix
}
