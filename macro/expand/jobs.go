package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Job names the resources that came out of a Star::Job, by their logical IDs.
type Job struct {
	LogicalID        string
	Steps            []Step // in the template's order
	GenerateFunction string // empty if the job has none
	DefaultStep      string // of the generate function; may be empty
}

// Step names the resources of a step, by their logical IDs.
type Step struct {
	Name, Queue, Function, EventSource string
	// DeadLetterQueue is the queue of this template where dead letters go,
	// StarJob's or the user's own; empty if there is none.
	DeadLetterQueue string
}

// jobsOf are the jobs of a plan.
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

// Jobs finds the jobs of a template that was expanded before, and returns for
// them what [Result] has: the environments of their functions show it.
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
		j := jobCalled(&jobs, name)
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

// jobCalled returns the job with a logical ID, which it adds if there is none.
func jobCalled(jobs *[]Job, id string) *Job {
	for i := range *jobs {
		if (*jobs)[i].LogicalID == id {
			return &(*jobs)[i]
		}
	}
	*jobs = append(*jobs, Job{LogicalID: id})
	return &(*jobs)[len(*jobs)-1]
}
