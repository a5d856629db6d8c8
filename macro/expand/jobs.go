package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Job names the resources to which a Star::Job expanded, by logical ID.
type Job struct {
	LogicalID        string
	Steps            []Step // in the template's order
	GenerateFunction string // empty if the job has none
	DefaultStep      string // of the generate function; may be empty
}

// Step names the resources of a step, by logical ID.
type Step struct {
	Name, Queue, Function, EventSource string
	// DeadLetterQueue is the queue of this template that receives dead letters,
	// StarJob's or the user's; empty if there is none.
	DeadLetterQueue string
}

// jobsOf returns the jobs of a plan.
func jobsOf(p *plan.Plan) []Job {
	jobs := make([]Job, len(p.Jobs))
	for i, j := range p.Jobs {
		jobs[i] = jobOf(j)
	}
	return jobs
}

func jobOf(j *plan.Job) Job {
	r := Job{LogicalID: j.Model.LogicalID}
	if j.Generate != nil {
		r.GenerateFunction, r.DefaultStep = j.Generate.LogicalID, j.Model.Generate.DefaultStep
	}
	for _, s := range j.Steps {
		step := Step{Name: s.Model.Name, Queue: s.Queue.LogicalID, Function: s.Function.LogicalID, EventSource: s.EventSourceID}
		if s.DeadLetters.Queue != nil {
			step.DeadLetterQueue = s.DeadLetters.Queue.LogicalID
		}
		r.Steps = append(r.Steps, step)
	}
	return r
}

// Jobs returns the jobs of a template that was expanded earlier, like [Result]. It
// finds them by the environment variables of their functions.
func Jobs(expanded *cfn.Node) []Job {
	var jobs []Job
	resources := expanded.Get("Resources")
	for _, id := range resources.Keys() {
		variables := resources.At(id, "Properties", "Environment", "Variables")
		name, ok := variables.Get(wire.EnvJob).AsString()
		base, isFunction := strings.CutSuffix(id, "Function")
		if !ok || !isFunction {
			continue
		}
		j := jobNamed(&jobs, name)
		step, ok := variables.Get(wire.EnvStep).AsString()
		if !ok {
			j.GenerateFunction = id
			j.DefaultStep, _ = variables.Get(wire.EnvDefaultStep).AsString()
			continue
		}
		dead, _ := variables.Get(wire.EnvDeadLetterQueue).AsRef()
		j.Steps = append(j.Steps, Step{Name: step, Queue: base + "Queue", Function: id, EventSource: base + "EventSource", DeadLetterQueue: dead})
	}
	return jobs
}

// jobNamed returns the job with a logical ID. It adds the job if there is none.
func jobNamed(jobs *[]Job, id string) *Job {
	for i := range *jobs {
		if (*jobs)[i].LogicalID == id {
			return &(*jobs)[i]
		}
	}
	*jobs = append(*jobs, Job{LogicalID: id})
	return &(*jobs)[len(*jobs)-1]
}
