package graph

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
	"github.com/serverless-star/starjob/runtime/wire"
)

// flow is the way that items take through the steps of a job.
type flow struct {
	steps []step
	// framed means that a frame around the steps that don't set Generates
	// replaces their edges, which would be more than there are steps.
	framed bool
}

// step is a step with the steps that it may generate items for.
type step struct {
	expand.Step
	targets  []int // indexes of steps, in order
	declared bool  // the step sets Generates
}

// ownsDeadLetterQueue reports whether the step's dead-letter queue is the one that
// StarJob makes for it.
func (s step) ownsDeadLetterQueue() bool {
	return s.DeadLetterQueue != "" && s.DeadLetterQueue == strings.TrimSuffix(s.Function, "Function")+"DeadLetterQueue"
}

func newFlow(source, resources *cfn.Node, job expand.Job) flow {
	var f flow
	undeclared := 0 // edges of the steps that don't set Generates
	for i, s := range job.Steps {
		targets := targetsOf(resources, job, s)
		generates := source.At("Resources", job.LogicalID, "Properties", "Steps", s.Name, "Generates")
		declared := !generates.IsNothing() || len(targets) < len(job.Steps)
		if !declared {
			undeclared += len(job.Steps) - 1 - i
		}
		f.steps = append(f.steps, step{s, targets, declared})
	}
	f.framed = undeclared > len(f.steps)
	return f
}

// targetsOf returns the steps that a step may generate items for: those whose
// queues its function gets in its environment.
func targetsOf(resources *cfn.Node, job expand.Job, s expand.Step) []int {
	queues := resources.At(s.Function, "Properties", "Environment", "Variables").Get(wire.EnvQueues)
	if _, argument, ok := queues.Intrinsic(); ok {
		queues = argument // of Fn::Sub
	}
	list, _ := queues.AsString()
	// Only the steps' names matter here, so any queue and any job name will do.
	urls, _ := wire.ParseQueues(list, "/queue", "job")
	var targets []int
	for i, to := range job.Steps {
		if urls[to.Name] != "" {
			targets = append(targets, i)
		}
	}
	return targets
}

// edges returns the steps that a step has an edge to: those that it declares. A
// step that declares nothing may generate items for any step; its edges go to the
// steps after it, which are the likely ones.
func (f flow) edges(i int) []int {
	switch {
	case f.steps[i].declared:
		return f.steps[i].targets
	case f.framed:
		return nil
	}
	var later []int
	for to := i + 1; to < len(f.steps); to++ {
		later = append(later, to)
	}
	return later
}

// shown returns the steps that the flowchart shows a step to generate items for,
// by edges or by a frame.
func (f flow) shown(i int) []int {
	if f.framed && !f.steps[i].declared {
		return f.steps[i].targets
	}
	return f.edges(i)
}

// starts returns the steps where items enter the job: the step with the given
// name, if any, then those that no other step generates items for, then as many
// as it takes to reach all others.
func (f flow) starts(first string) []int {
	var starts []int
	reached, fed := make([]bool, len(f.steps)), f.fed()
	for _, enters := range []func(i int) bool{
		func(i int) bool { return f.steps[i].Name == first },
		func(i int) bool { return !fed[i] },
		func(int) bool { return true },
	} {
		for i := range f.steps {
			if enters(i) && !reached[i] {
				starts = append(starts, i)
				f.reach(i, reached)
			}
		}
	}
	return starts
}

// fed reports for each step whether another step generates items for it.
func (f flow) fed() []bool {
	fed := make([]bool, len(f.steps))
	for i := range f.steps {
		for _, to := range f.shown(i) {
			fed[to] = fed[to] || to != i
		}
	}
	return fed
}

// reach marks a step and every step that its items can reach.
func (f flow) reach(i int, reached []bool) {
	if reached[i] {
		return
	}
	reached[i] = true
	for _, to := range f.shown(i) {
		f.reach(to, reached)
	}
}
