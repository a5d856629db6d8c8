package plan

import (
	"slices"

	"github.com/serverless-star/starjob/macro/job"
)

// targets are the steps that a step may generate items for, each once, in the
// job's order.
func targets(j *Job, s *job.Step) []*Step {
	if len(s.Generates) == len(j.Steps) {
		return j.Steps
	}
	wanted := make(map[string]bool, len(s.Generates))
	for _, name := range s.Generates {
		wanted[name] = true
	}
	return slices.DeleteFunc(slices.Clone(j.Steps), func(s *Step) bool { return !wanted[s.Model.Name] })
}

// graph are the names of the steps that each step may generate items for.
type graph map[string][]string

func graphOf(j *job.Job) graph {
	g := make(graph, len(j.Steps))
	for _, s := range j.Steps {
		g[s.Name] = s.Generates
	}
	return g
}

// reachesItself reports whether items of a step can lead to items of the same
// step, through any number of others.
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
