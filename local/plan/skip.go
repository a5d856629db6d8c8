package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// skip removes resources that star run does not support from a plan, unless a
// required function uses them. In addition to a job, a template may have functions in
// other languages and queues outside the template. Without required functions, the
// enabled event source mappings must run. Then only those of functions in other
// languages, or of images, are skipped, and only if others work. Everything that
// remains reports its problems, but a disabled event source mapping may refer to
// queues and functions that do not exist locally.
func skip(t *resolve.Template, pl *Plan, required []string) {
	works := slices.ContainsFunc(pl.Mappings, func(m *Mapping) bool {
		return m.Enabled && unsupported(m) == ""
	})
	pl.Mappings = slices.DeleteFunc(pl.Mappings, func(m *Mapping) bool {
		f, why := m.Function, ""
		switch {
		case len(required) > 0 && (f == nil || !slices.Contains(required, f.ID)):
			why = unsupported(m)
		case len(required) == 0 && works && f != nil && f.obstacle.foreign:
			why = f.obstacle.problem
		}
		if why != "" && m.Enabled {
			pl.Notes = append(pl.Notes, "skipping event source mapping "+m.ID+": "+why)
		}
		return why != ""
	})
	skipQueues(t, pl)
	report(t, pl, pl.needed(required))
}

// report reports the problems of the event source mappings and the needed
// functions of a plan. Those of the other functions are reported if they are more
// than a missing value.
func report(t *resolve.Template, pl *Plan, needed []*Function) {
	for _, m := range pl.Mappings {
		addAll(t, m.problems, m.Enabled)
	}
	for _, f := range pl.Functions {
		addAll(t, f.problems, slices.Contains(needed, f))
	}
	for _, f := range needed {
		if len(f.events) > 0 {
			pl.Notes = append(pl.Notes, "skipping events of "+f.Name+": "+strings.Join(f.events, ", ")+"; star run supports only SQS")
		}
	}
}

// addAll adds the problems of a resource: those of missing values only if it is
// needed.
func addAll(t *resolve.Template, problems diag.List, needed bool) {
	for _, d := range problems {
		if needed || d.Code != diag.NotResolved {
			t.Add(d)
		}
	}
}

// skipQueues skips unresolved properties of queues that no enabled event source
// mapping reads from. If the name cannot be resolved, it skips the entire queue.
func skipQueues(t *resolve.Template, pl *Plan) {
	read := map[string]bool{}
	for _, m := range pl.Mappings {
		read[arn.Name(m.QueueARN)] = m.Enabled || read[arn.Name(m.QueueARN)]
	}
	pl.Queues = slices.DeleteFunc(pl.Queues, func(q *Queue) bool {
		for _, d := range q.problems {
			if read[q.Name] || d.Code != diag.NotResolved {
				t.Add(d)
			} else {
				property, _, _ := strings.Cut(strings.TrimPrefix(d.Path, "Resources."), ".Fn::")
				pl.Notes = append(pl.Notes, "skipping "+property+": "+d.Problem)
			}
		}
		return q.Name == ""
	})
}

// unsupported returns why an event source mapping cannot run locally; empty if it can.
func unsupported(m *Mapping) string {
	f := m.Function
	switch {
	case len(m.problems) > 0:
		return m.problems[0].Problem
	case m.FunctionName == "":
		return "it has no function"
	case m.QueueARN == "":
		return "it has no queue"
	case f == nil:
		return "its function " + m.FunctionName + " is not in the template"
	case m.Queue == nil:
		return "its queue " + m.QueueARN + " is not in the template"
	case len(f.problems) > 0:
		return f.problems[0].Problem
	}
	return f.obstacle.problem
}

// otherEvents returns a serverless function's events that do not come from queues,
// with their types.
func otherEvents(r *cfn.Node) []string {
	var others []string
	events := r.At("Properties", "Events")
	for _, name := range events.Keys() {
		kind, _ := events.Get(name).Get("Type").AsString()
		if kind != "SQS" {
			others = append(others, fmt.Sprintf("%s (%s)", name, cmp.Or(kind, "no type")))
		}
	}
	return others
}

// reportLoop reports a loop of resources that could not be expanded, or returns
// notes about it. Without required functions, it may contain resources that must run.
// Otherwise the required functions don't use it, or report it where they refer to
// one of its resources.
func reportLoop(t *resolve.Template, p cfn.Path, n *cfn.Node, required []string) (notes []string) {
	if !makesResources(n) {
		return nil
	}
	key := p[len(p)-1]
	problems := t.Collect(func() { t.ReportLoop(p, key, n) })
	for _, d := range problems {
		if len(required) == 0 {
			t.Add(d)
		} else {
			notes = append(notes, "skipping loop "+strings.TrimPrefix(key, cfn.ForEach)+": "+d.Problem)
		}
	}
	return notes
}

// makesResources reports whether a loop makes resources of types that run locally.
func makesResources(loop *cfn.Node) bool {
	if len(loop.Items) != 3 {
		return true // as far as is known
	}
	return slices.ContainsFunc(loop.Items[2].Entries, func(e cfn.Entry) bool {
		if strings.HasPrefix(e.Key, cfn.ForEach) {
			return makesResources(e.Value)
		}
		kind := e.Value.ResourceType()
		return slices.Contains([]string{cfn.TypeQueue, cfn.TypeFunction, cfn.TypeServerlessFunction, cfn.TypeEventSourceMapping}, kind)
	})
}
