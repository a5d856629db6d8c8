package job

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// takeEvents moves the SQS event of s.Function, if there is one, to
// s.EventSource, where what the template writes wins. Its Queue is dropped: a
// step's function reads the step's own queue. The names of the other properties
// are the mapping's own.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html
func (d *decoder) takeEvents(path cfn.Path, s *settings) {
	events := s.Function.Get("Events")
	path = path.Key("Events")
	var source *cfn.Node
	var found []string
	rest := keepEvents(path, events, func(at cfn.Path, event *cfn.Node) bool {
		if kind, _ := event.Get("Type").AsString(); kind != "SQS" {
			return true
		}
		found = append(found, at[len(at)-1])
		if source == nil {
			source = d.properties(at.Key("Properties"), given(event.Get("Properties"))).OrElse(cfn.NewMap())
		}
		return false
	})
	if len(found) == 0 {
		return
	}
	if len(found) > 1 {
		d.report(diag.Structure, path, "Events has more than one event of type SQS: "+strings.Join(found, ", "), "keep one: a step has one queue")
	}
	s.Function, source = s.Function.Clone(), source.Clone()
	s.Function.Set("Events", rest)
	if len(rest.Items)+len(rest.Entries) == 0 {
		s.Function.Delete("Events")
	}
	source.Delete("Queue")
	s.EventSource = cfn.Merge(source, s.EventSource)
}

// keepEvents returns the events, a Map or a List, for which keep is true.
func keepEvents(path cfn.Path, events *cfn.Node, keep func(cfn.Path, *cfn.Node) bool) *cfn.Node {
	if events == nil {
		return nil
	}
	rest := &cfn.Node{Kind: events.Kind, Text: events.Text, Range: events.Range}
	for i, item := range events.Items {
		if keep(path.Index(i), item) {
			rest.Items = append(rest.Items, item.Clone())
		}
	}
	for _, e := range events.Entries {
		if keep(path.Key(e.Key), e.Value) {
			rest.Entries = append(rest.Entries, cfn.Entry{Key: e.Key, KeyRange: e.KeyRange, Value: e.Value.Clone()})
		}
	}
	return rest
}

// plainEvents reports events in the form that SAM does not follow. Those of
// type SQS are fine where they mean the step's own queue.
func (d *decoder) plainEvents(path cfn.Path, ownQueue bool) {
	path = path.Key("Events")
	events := given(d.template.Find(path))
	if events == nil {
		return
	}
	sqs := 0
	rest := keepEvents(path, events, func(_ cfn.Path, event *cfn.Node) bool {
		kind, _ := event.Get("Type").AsString()
		if ownQueue && kind == "SQS" {
			sqs++
			return false
		}
		return true
	})
	if len(rest.Items)+len(rest.Entries) == 0 && sqs > 0 {
		return
	}
	what := "Events"
	if _, _, call := rest.Intrinsic(); !call && rest.Kind == cfn.Map {
		what += " (" + strings.Join(rest.Keys(), ", ") + ")"
	}
	d.report(diag.PlainEvents, path, what+" mean something to AWS SAM alone, which does not see this function",
		"let the job refer to an "+serverlessFunction+", which keeps the events with SAM; or declare the rules, APIs and permissions as resources of their own")
}
