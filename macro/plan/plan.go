// Package plan decides everything about the jobs of a template that several of
// the resources depend on which come out of them: names, logical IDs, queues and
// where dead letters go, functions with their roles, layers and environments, and
// what references to a job resolve to. It decides on the safe side where only
// CloudFormation can know a value.
//
// A plan is plain data. Planning reports nothing, which is what package check
// does, and writes no resources, which is what package expand does. Start reading
// at [New].
package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// Plan is what comes out of the jobs of a template. Some of its nodes are the
// template's own, so what is put into a result is cloned first.
type Plan struct {
	// Template is the input. Nobody changes it.
	Template *cfn.Node
	Values   cfn.Values
	Jobs     []*Job // in the template's order
	// Queues are all queues of the result by their logical IDs: the jobs', and
	// those that the template has of its own.
	Queues map[string]*Queue
	// Prototypes are the jobs by the logical IDs of their prototypes; the first
	// where several jobs share one. Prototypes are not in the result.
	Prototypes map[string]*Job
	// Layer is the ARN of StarJob's layer, or a dynamic reference to it.
	Layer string
}

// Job is a job with everything decided.
type Job struct {
	// Model is the job with references to jobs resolved. Its Resource has the
	// attributes of the resource and no Properties.
	Model *job.Job
	// Attributes are what references to the job resolve to.
	Attributes *Attributes
	Serverless bool // the functions are for AWS SAM to translate
	// Globals are the properties that SAM lays under those of the functions; nil
	// for none.
	Globals *cfn.Node
	Steps   []*Step
	// Generate is the generate function; nil if the job has none.
	Generate *Function
	// SharedHandler is the Handler that all functions begin with, as far as it is
	// known; HasSharedHandler reports whether there is one.
	SharedHandler    string
	HasSharedHandler bool
	// PrototypeRole is the logical ID of the role that SAM seems to have made for
	// the prototype before StarJob ran; empty if it made none.
	PrototypeRole string
}

// Step is a step with its queues and its function.
type Step struct {
	Model         *job.Step // with references to jobs resolved
	Queue         *Queue
	DeadLetters   DeadLetters
	Function      *Function
	EventSourceID string // logical ID of the event source mapping
	// Window is the batching window in seconds. One that is not known counts as
	// the longest.
	Window int
	// Visibility is the visibility timeout in seconds, unless the user gives one.
	Visibility int
}

// New plans the jobs of a template: first their queues, which refer to one
// another, and then the rest. Neither the template nor the jobs are changed. An
// empty layer is the one that the macro's stack publishes.
func New(template *cfn.Node, jobs []*job.Job, values cfn.Values, layer string) *Plan {
	if layer == "" {
		layer = layerParameter
	}
	p := &Plan{Template: template, Values: values, Queues: map[string]*Queue{}, Prototypes: map[string]*Job{}, Layer: layer}
	references := newReferences(p, jobs)
	p.addUserQueues(references)
	for _, model := range jobs {
		j := p.newJob(references, model)
		p.Jobs = append(p.Jobs, j)
		if model.Prototype != "" && p.Prototypes[model.Prototype] == nil {
			p.Prototypes[model.Prototype] = j
		}
	}
	for _, j := range p.Jobs {
		for _, s := range j.Steps {
			s.DeadLetters.find(p.Queues)
		}
		p.planFunctions(j)
	}
	return p
}

// newJob begins a job with the queues of its steps.
func (p *Plan) newJob(r references, model *job.Job) *Job {
	resolved := r.job(model)
	j := &Job{
		Model: resolved, Attributes: r[model.LogicalID],
		Serverless: p.TypeOf(model.Prototype) == cfn.TypeServerlessFunction,
		Globals:    r.node(globalsOf(p.Template, model)),
	}
	j.SharedHandler, j.HasSharedHandler = sharedHandler(p.Values, j)
	j.PrototypeRole = p.prototypeRole(resolved)
	for _, s := range resolved.Steps {
		j.Steps = append(j.Steps, p.newStep(resolved, s))
	}
	return j
}

// newStep begins a step with its queues.
func (p *Plan) newStep(j *job.Job, model *job.Step) *Step {
	ids := idsOf(j.LogicalID, model.Name)
	queue := p.newQueue(j, model)
	s := &Step{
		Model: model, Queue: queue, DeadLetters: p.planDeadLetters(j, model, queue),
		EventSourceID: ids.eventSource(), Window: window(p.Values, model),
	}
	p.Queues[queue.LogicalID] = queue
	if s.DeadLetters.Made {
		p.Queues[s.DeadLetters.Queue.LogicalID] = s.DeadLetters.Queue
	}
	return s
}

// globalsOf are the properties that SAM lays under those of a job's prototype and
// its copies; nil for none.
func globalsOf(template *cfn.Node, j *job.Job) *cfn.Node {
	if j.PrototypeResource.ResourceType() != cfn.TypeServerlessFunction {
		return nil
	}
	return cfn.FunctionGlobals(template, j.PrototypeResource)
}

// TypeOf returns the type of a resource of the template; empty if there is none.
func (p *Plan) TypeOf(logicalID string) string {
	return p.Template.At("Resources", logicalID).ResourceType()
}

// Base are the properties that all functions of the job begin with: those of its
// base function, called the prototype, or those that the job writes out. It is nil
// for none.
func (j *Job) Base() *cfn.Node {
	if j.Model.PrototypeResource != nil {
		return j.Model.PrototypeResource.Get("Properties")
	}
	return j.Model.Inline
}

// Functions are the functions of the steps in order, and the generate function
// after them.
func (j *Job) Functions() []*Function {
	var all []*Function
	for _, s := range j.Steps {
		all = append(all, s.Function)
	}
	if j.Generate != nil {
		all = append(all, j.Generate)
	}
	return all
}

// ExampleStep is the name of a step for use in a message.
func (j *Job) ExampleStep() string {
	if len(j.Steps) == 0 {
		return "<step>"
	}
	return j.Steps[0].Model.Name
}
