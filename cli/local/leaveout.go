package local

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// leaveOut takes out of a plan what cannot work here and the required functions do
// without: beside a job, a template may have functions in other languages, and
// queues of elsewhere. Without required functions, mappings are what is to run,
// and what can be given a value must have one. All that is left reports its
// problems, but a mapping that is not enabled may lead to what is not here.
func (s *scope) leaveOut(pl *plan, required []string) {
	works := slices.ContainsFunc(pl.mappings, func(m *mappingPlan) bool {
		return m.enabled && m.notHere(pl, pl.function(m.functionName)) == ""
	})
	pl.mappings = slices.DeleteFunc(pl.mappings, func(m *mappingPlan) bool {
		f := pl.function(m.functionName)
		why := m.notHere(pl, f)
		switch {
		case f != nil && slices.Contains(required, f.id), len(required) == 0 && (f == nil || !works):
			return false
		case len(required) == 0:
			why = f.code.notHere
		}
		if why != "" && m.enabled {
			s.notes = append(s.notes, "the mapping "+m.id+" is left out here: "+why)
		}
		return why != ""
	})
	s.leaveOutQueues(pl)
	for _, m := range pl.mappings {
		for _, d := range m.problems {
			if d.Code != diag.NotResolved || m.enabled {
				s.add(d)
			}
		}
	}
	needed := pl.needed(required)
	for _, f := range pl.functions {
		for _, d := range f.problems {
			if d.Code != diag.NotResolved || slices.Contains(needed, f) {
				s.add(d)
			}
		}
	}
	for _, f := range needed {
		if len(f.events) > 0 {
			s.notes = append(s.notes, "nothing here sends "+f.name+" the events of "+strings.Join(f.events, ", "))
		}
	}
}

// leaveOutQueues leaves out what cannot be told of queues that no mapping reads
// from: properties, or the whole queue where it has no name.
func (s *scope) leaveOutQueues(pl *plan) {
	read := map[string]bool{}
	for _, m := range pl.mappings {
		read[nameOfARN(m.queueARN)] = m.enabled || read[nameOfARN(m.queueARN)]
	}
	pl.queues = slices.DeleteFunc(pl.queues, func(q *queuePlan) bool {
		for _, d := range q.problems {
			if read[q.name] || d.Code != diag.NotResolved {
				s.add(d)
			} else {
				property, _, _ := strings.Cut(strings.TrimPrefix(d.Path, "Resources."), ".Fn::")
				s.notes = append(s.notes, property+" is left out here: "+d.Problem)
			}
		}
		return q.name == ""
	})
}

// notHere tells why a mapping to a function, if that is in the template, cannot
// work here; nothing where it can.
func (m *mappingPlan) notHere(pl *plan, f *functionPlan) string {
	switch {
	case len(m.problems) > 0:
		return m.problems[0].Problem
	case m.functionName == "":
		return "it names no function"
	case m.queueARN == "":
		return "it names no queue"
	case f == nil:
		return "its function " + m.functionName + " is not in the template"
	case pl.queue(nameOfARN(m.queueARN)) == nil:
		return "its queue " + m.queueARN + " is not in the template"
	case len(f.problems) > 0:
		return f.problems[0].Problem
	}
	return f.code.notHere
}

// otherEvents are a serverless function's events that do not come from queues, and
// their types.
func otherEvents(r *cfn.Node) []string {
	var others []string
	events := r.At("Properties", "Events")
	for _, name := range events.Keys() {
		kind, _ := events.Get(name).Get("Type").AsString()
		if kind != "SQS" {
			others = append(others, fmt.Sprintf("%s (%s)", name, cmp.Or(kind, "of no type")))
		}
	}
	return others
}
