package expand

import (
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// Types of resources that decide what StarJob does.
const (
	queueType      = "AWS::SQS::Queue"
	functionType   = "AWS::Lambda::Function"
	serverlessType = "AWS::Serverless::Function"
	roleType       = "AWS::IAM::Role"
	policyType     = "AWS::IAM::Policy"
	topicType      = "AWS::SNS::Topic"
)

// plan is a job with everything decided that several of its resources depend
// on.
type plan struct {
	*job.Job
	*expansion
	serverless bool      // the functions are for SAM to translate
	globals    *cfn.Node // what SAM lays under their properties; nil for none
	steps      []*step
	generates  map[string][]string // what each step may generate
	generate   *function           // nil if the job has none
}

// step is a step with its queues and its function.
type step struct {
	*job.Step
	base     string // begins its logical IDs
	queue    *queue
	dead     deadLetters
	function *function
}

func (s *step) mappingID() string { return s.base + "EventSource" }

// plan decides all jobs: first their queues, for they refer to one another, and
// then the rest. It reports nothing; what is wrong, the checks find.
func (e *expansion) plan(jobs []*job.Job) {
	e.plans, e.queues, e.prototypes = nil, e.userQueues(), map[string]*plan{}
	for _, j := range jobs {
		p := &plan{Job: j, expansion: e, serverless: e.kind(j.Prototype) == serverlessType, globals: e.globalsOf(j.PrototypeResource), generates: map[string][]string{}}
		for _, model := range j.Steps {
			p.steps = append(p.steps, p.planQueues(model))
			p.generates[model.Name] = model.Generates
		}
		e.plans = append(e.plans, p)
		if j.Prototype != "" && e.prototypes[j.Prototype] == nil {
			e.prototypes[j.Prototype] = p
		}
	}
	for _, p := range e.plans {
		p.planFunctions()
	}
}

func (p *plan) planFunctions() {
	shared := p.sharedBySteps()
	for _, s := range p.steps {
		s.dead.find(p.queues)
		s.function = p.planFunction(&function{
			base: s.base, name: s.Name, path: s.Path, handler: s.Handler, step: s,
			targets: p.named(s.Generates), recursive: p.reachesItself(s),
			tags: s.Tags, retention: s.LogRetentionInDays,
		}, job.MergeFunction(shared, s.Function))
	}
	if p.Generate != nil {
		p.generate = p.planGenerate()
	}
}

// named are the steps with the given names, each of which is there once, in the
// job's order.
func (p *plan) named(names []string) []*step {
	if len(names) == len(p.steps) {
		return p.steps
	}
	wanted := make(map[string]bool, len(names))
	for _, name := range names {
		wanted[name] = true
	}
	return slices.DeleteFunc(slices.Clone(p.steps), func(s *step) bool { return !wanted[s.Name] })
}

// reachesItself tells whether items of a step can lead to items of the same
// step, through any number of others.
func (p *plan) reachesItself(s *step) bool {
	reached := map[string]bool{}
	var visit func(generates []string)
	visit = func(generates []string) {
		if slices.Contains(generates, s.Name) {
			reached[s.Name] = true
		}
		for _, name := range generates {
			if reached[s.Name] {
				return
			}
			if !reached[name] {
				reached[name] = true
				visit(p.generates[name])
			}
		}
	}
	visit(s.Generates)
	return reached[s.Name]
}

// resources are all resources of the job, in order.
func (p *plan) resources() []resource {
	var all []resource
	add := func(origin cfn.Path, entries ...cfn.Entry) {
		for _, e := range entries {
			p.attributes(e.Value)
			all = append(all, resource{e, origin})
		}
	}
	for _, s := range p.steps {
		add(s.Path, p.queueResources(s)...)
		add(s.Path, p.functionResources(s.function)...)
		add(s.Path, cfn.E(s.mappingID(), p.mappingResource(s)))
	}
	if p.generate != nil {
		add(p.Generate.Path, p.functionResources(p.generate)...)
	}
	return all
}

// userQueues are the queues that the template has of its own.
func (e *expansion) userQueues() map[string]*queue {
	queues := map[string]*queue{}
	resources := e.template.Get("Resources")
	if resources == nil {
		return queues
	}
	for _, r := range resources.Entries {
		if kind, _ := r.Value.Get("Type").AsString(); kind == queueType {
			properties := r.Value.Get("Properties")
			fifo, _ := e.boolean(properties.Get("FifoQueue"))
			queues[r.Key] = &queue{id: r.Key, properties: properties, fifo: fifo}
		}
	}
	return queues
}
