// Package expand turns the Star::Job resources of a template into the queues,
// functions, roles, log groups and mappings that CloudFormation knows. It is
// pure: nothing but its arguments decides what comes out, and the same input
// gives the same output, byte for byte.
package expand

import (
	"cmp"
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/job"
)

// Options are what Template needs to know beside the template.
type Options struct {
	// Parameters are the values of the template's parameters, defaults
	// included, by name. Those that are missing are unknown.
	Parameters map[string]*cfn.Node
	// Fragment says that the template came from CloudFormation, which sends
	// macros everything but the Transform section. Otherwise a template with a
	// Star::Job must list StarJob there.
	Fragment bool
	// Layer is the ARN of StarJob's layer, for functions in JavaScript and
	// Python. If it is empty, CloudFormation takes what the macro's stack keeps
	// in the SSM parameter /starjob/layer.
	Layer string
}

// Result is an expanded template, and the jobs that were in it.
type Result struct {
	Template *cfn.Node
	Jobs     []Job
}

// Job tells where the parts of a Star::Job went.
type Job struct {
	LogicalID        string
	Steps            []Step // in the template's order
	GenerateFunction string // logical ID; empty if the job has none
	DefaultStep      string // of the generate function; may be empty
}

// Step tells the logical IDs of a step's resources.
type Step struct {
	Name, Queue, Function, EventSource string
	// DeadLetterQueue is the queue of this template where dead letters go,
	// StarJob's or the user's own; empty if there is none.
	DeadLetterQueue string
}

// Template expands every Star::Job of a template. The input is not changed, and
// what is not StarJob's comes out as it went in. With errors in the list the
// result is incomplete and must not be deployed; it is never nil for an input
// that is not nil.
func Template(input *cfn.Node, o Options) (Result, diag.List) {
	o.Parameters = knowable(input, o.Parameters)
	e := &expansion{template: input.Clone(), values: values{input, o.Parameters}, layer: cmp.Or(o.Layer, layerParameter)}
	jobs, problems := job.Decode(e.template, o.Parameters)
	e.problems = problems
	e.transform(jobs, o.Fragment)
	if len(jobs) == 0 {
		return Result{Template: e.template}, e.problems
	}
	e.plan(jobs)
	planned := e.references()
	if planned {
		// Jobs that refer to themselves or to one another are read again, now that
		// references lead to what CloudFormation knows. Problems were reported the
		// first time.
		jobs, _ = job.Decode(e.template, o.Parameters)
		e.plan(jobs)
	}
	e.check()
	placed := e.place()
	e.circularDependencies(placed, planned)
	e.limits(placed)
	return Result{Template: e.template, Jobs: e.results()}, inOrder(e.problems)
}

// expansion is a template on its way: first a copy of the input, at the end the
// result.
type expansion struct {
	values
	template *cfn.Node
	plans    []*plan
	// queues are those of the result by their logical IDs; prototypes are the
	// first jobs that use them, by the prototypes' logical IDs.
	queues     map[string]*queue
	prototypes map[string]*plan
	layer      string // StarJob's
	problems   diag.List
}

// report notes a problem at a path of the template.
func (e *expansion) report(code diag.Code, p cfn.Path, problem, fix string) {
	e.add(diag.Diagnostic{Code: code, Path: p.String(), Problem: problem, Fix: fix}, p)
}

// warn notes a problem that does not keep the template from being expanded.
func (e *expansion) warn(code diag.Code, p cfn.Path, problem, fix string) {
	e.add(diag.Diagnostic{Code: code, Severity: diag.Warning, Path: p.String(), Problem: problem, Fix: fix}, p)
}

// add notes a problem once: what many functions take from one place is found
// with each. What has no place of its own has that of what it would be in.
func (e *expansion) add(d diag.Diagnostic, p cfn.Path) {
	for ; len(p) > 0 && d.Range.IsZero(); p = p[:len(p)-1] {
		if n := e.input.Find(p); n != nil {
			d.Range = n.Range
		}
	}
	if !slices.Contains(e.problems, d) {
		e.problems = append(e.problems, d)
	}
}

// inOrder sorts problems by their places, where there are places.
func inOrder(problems diag.List) diag.List {
	slices.SortStableFunc(problems, func(a, b diag.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Range.Start.Line, b.Range.Start.Line), cmp.Compare(a.Range.Start.Column, b.Range.Start.Column))
	})
	return problems
}

func (e *expansion) results() []Job {
	jobs := make([]Job, len(e.plans))
	for i, p := range e.plans {
		jobs[i] = p.result()
	}
	return jobs
}

func (p *plan) result() Job {
	r := Job{LogicalID: p.LogicalID}
	if p.generate != nil {
		r.GenerateFunction, r.DefaultStep = p.generate.id(), p.Generate.DefaultStep
	}
	for _, s := range p.steps {
		step := Step{Name: s.Name, Queue: s.queue.id, Function: s.function.id(), EventSource: s.mappingID()}
		if s.dead.queue != nil {
			step.DeadLetterQueue = s.dead.queue.id
		}
		r.Steps = append(r.Steps, step)
	}
	return r
}
