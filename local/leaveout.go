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
// queues of elsewhere. Without required functions, mappings are what is to run:
// only what is of another language or an image is left out then, and only while
// others work. All that is left reports its problems, but a mapping that is not
// enabled may lead to what is not here.
func (s *scope) leaveOut(pl *plan, required []string) {
	works := slices.ContainsFunc(pl.mappings, func(m *mappingPlan) bool {
		return m.enabled && m.notHere(pl, pl.function(m.functionName)) == ""
	})
	pl.mappings = slices.DeleteFunc(pl.mappings, func(m *mappingPlan) bool {
		f, why := pl.function(m.functionName), ""
		switch {
		case len(required) > 0 && (f == nil || !slices.Contains(required, f.id)):
			why = m.notHere(pl, f)
		case len(required) == 0 && works && f != nil && f.code.foreign:
			why = f.code.notHere
		}
		if why != "" && m.enabled {
			s.notes = append(s.notes, "the mapping "+m.id+" is left out here: "+why)
		}
		return why != ""
	})
	s.leaveOutQueues(pl)
	s.tell(pl, pl.needed(required))
}

// tell reports what is wrong with the mappings and the needed functions of a
// plan, and with others for which not only a value is missing.
func (s *scope) tell(pl *plan, needed []*functionPlan) {
	for _, m := range pl.mappings {
		s.addAll(m.problems, m.enabled)
	}
	for _, f := range pl.functions {
		s.addAll(f.problems, slices.Contains(needed, f))
	}
	for _, f := range needed {
		if len(f.events) > 0 {
			s.notes = append(s.notes, "nothing here sends "+f.name+" the events of "+strings.Join(f.events, ", "))
		}
	}
}

// addAll adds problems of something: those of missing values only if it is needed.
func (s *scope) addAll(problems diag.List, needed bool) {
	for _, d := range problems {
		if needed || d.Code != diag.NotResolved {
			s.add(d)
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
