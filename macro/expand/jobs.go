package expand

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Jobs finds the jobs of a template that was expanded before, and says of them
// what [Result] says: their functions' environments tell.
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
