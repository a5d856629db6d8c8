package plan

import (
	"slices"

	"github.com/serverless-star/starjob/macro/job"
)

// targets returns the steps that a step may generate items for, each once, in the
// job's order.
func targets(j *Job, s *job.Step) []*Step {
	if len(s.Generates) == len(j.Steps) {
		return j.Steps
	}
	allowed := make(map[string]bool, len(s.Generates))
	for _, name := range s.Generates {
		allowed[name] = true
	}
	return slices.DeleteFunc(slices.Clone(j.Steps), func(s *Step) bool { return !allowed[s.Model.Name] })
}

// graph maps each step to the steps that it may generate items for.
type graph map[string][]string

func graphOf(j *job.Job) graph {
	g := make(graph, len(j.Steps))
	for _, s := range j.Steps {
		g[s.Name] = s.Generates
	}
	return g
}

// reachesItself reports whether items of a step can generate items of the same step,
// through any number of others.
func (g graph) reachesItself(s *job.Step) bool {
	reached := map[string]bool{}
	var visit func(names []string)
	visit = func(names []string) {
		if slices.Contains(names, s.Name) {
			reached[s.Name] = true
		}
		for _, name := range names {
			if reached[s.Name] {
				return
			}
			if !reached[name] {
				reached[name] = true
				visit(g[name])
			}
		}
	}
	visit(s.Generates)
	return reached[s.Name]
}
