package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// New plans the jobs of a template: first all queues, which may refer to one another,
// then the functions. It changes neither the template nor the jobs. An empty layer
// means the one that the macro's stack publishes.
func New(template *cfn.Node, jobs []*job.Job, values cfn.Values, layer string) *Plan {
	if layer == "" {
		layer = layerParameter
	}
	src := Source{template, values}
	p := &Plan{Source: src, Queues: map[string]*Queue{}, Prototypes: map[string]*Job{}, Layer: layer}
	references := newReferences(src, jobs)
	addUserQueues(src, references, p.Queues)
	for _, model := range jobs {
		j := newJob(src, references, model)
		p.Jobs = append(p.Jobs, j)
		for _, s := range j.Steps {
			p.Queues[s.Queue.LogicalID] = s.Queue
			if s.DeadLetters.Made {
				p.Queues[s.DeadLetters.Queue.LogicalID] = s.DeadLetters.Queue
			}
		}
		if model.Prototype != "" && p.Prototypes[model.Prototype] == nil {
			p.Prototypes[model.Prototype] = j
		}
	}
	for _, j := range p.Jobs {
		for _, s := range j.Steps {
			s.DeadLetters.find(p.Queues)
		}
		planFunctions(src, j)
	}
	return p
}

// newJob returns a job with the queues of its steps, but without functions.
func newJob(src Source, r references, model *job.Job) *Job {
	resolved := r.job(model)
	j := &Job{
		Model: resolved, Attributes: r[model.LogicalID],
		Serverless: src.TypeOf(model.Prototype) == cfn.TypeServerlessFunction,
		Globals:    r.node(globalsOf(src.Template, model)),
	}
	j.SharedHandler, j.HasSharedHandler = sharedHandler(src.Values, j)
	j.PrototypeRole = prototypeRole(src, resolved)
	for _, s := range resolved.Steps {
		j.Steps = append(j.Steps, newStep(src, resolved, s))
	}
	return j
}

// newStep returns a step with its queues, but without its function.
func newStep(src Source, j *job.Job, model *job.Step) *Step {
	ids := idsOf(j.LogicalID, model.Name)
	queue := newQueue(src, ids, j, model)
	return &Step{
		Model: model, Queue: queue, DeadLetters: planDeadLetters(src, ids, j, model, queue),
		EventSourceID: ids.eventSource(), Window: window(src.Values, model),
	}
}
