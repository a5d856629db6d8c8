package graph

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/runtime/wire"
)

// sender is a type of resource that invokes functions or sends to queues.
type sender struct {
	noun     string
	property string // refers to the functions or queues
	name     string // a property that describes the resource better than its logical ID; may be empty
}

var senderTypes = map[string]sender{
	"AWS::ApiGateway::Method":          {noun: "API", property: "Integration"},
	"AWS::ApiGatewayV2::Integration":   {noun: "API", property: "IntegrationUri"},
	"AWS::Events::Rule":                {noun: "EventBridge rule", property: "Targets"},
	"AWS::Lambda::EventSourceMapping":  {noun: "event source", property: "FunctionName", name: "EventSourceArn"},
	"AWS::Lambda::Function":            {noun: "function", property: "Environment"},
	"AWS::Lambda::Url":                 {noun: "function URL", property: "TargetFunctionArn"},
	"AWS::Pipes::Pipe":                 {noun: "pipe", property: "Target"},
	"AWS::S3::Bucket":                  {noun: "S3 bucket", property: "NotificationConfiguration"},
	"AWS::SNS::Subscription":           {noun: "SNS topic", property: "Endpoint", name: "TopicArn"},
	"AWS::SNS::Topic":                  {noun: "SNS topic", property: "Subscription"},
	"AWS::Scheduler::Schedule":         {noun: "schedule", property: "Target", name: "ScheduleExpression"},
	"AWS::Serverless::Function":        {noun: "function", property: "Environment"},
	"AWS::Serverless::StateMachine":    {noun: "state machine", property: "DefinitionSubstitutions"},
	"AWS::StepFunctions::StateMachine": {noun: "state machine", property: "DefinitionSubstitutions"},
}

// senderOf returns what a resource is as a sender.
func senderOf(resource *cfn.Node) (s sender, ok bool) {
	kind, _ := resource.Get("Type").AsString()
	s, ok = senderTypes[kind]
	if kind == "AWS::Events::Rule" && resource.At("Properties", "ScheduleExpression") != nil {
		s.noun, s.name = "schedule", "ScheduleExpression"
	}
	return s, ok
}

// senders adds the resources that refer to a job from outside of it: other jobs'
// functions, and resources of the user's. A function that has a queue in its
// environment doesn't have to send to it, so its edges are dashed.
func (d *drawing) senders() {
	parts := d.parts()
	for _, id := range d.resources.Keys() {
		resource, part := d.resources.Get(id), parts[id]
		s, ok := senderOf(resource)
		if !ok || part.connected {
			continue
		}
		properties := resource.Get("Properties")
		source := node{"resource_" + identifier(id), s.noun + " " + nameOf(properties.Get(s.name), id), sourceNode}
		switch {
		case d.targets[id].job != "":
			source.id = identifier(id)
		case part.job != "":
			source.label = part.job + " " + part.step
		}
		for _, to := range references(properties.Get(s.property)) {
			if t, ok := d.targets[to]; ok && t.job != part.job {
				d.send(source, to, s.property == "Environment")
			}
		}
	}
}

// send draws that a source outside a job sends to one of its queues, or invokes
// one of its functions.
func (d *drawing) send(source node, to string, maybe bool) {
	e := edge{from: source.id, to: identifier(to), dashed: maybe}
	switch {
	case maybe && d.targets[to].queue:
		e.label = "may send"
	case maybe:
		e.label = "may invoke"
	}
	d.outside(source)
	d.started[to] = true
	d.connect(e)
}

// part is what a resource is to the job that it was expanded from.
type part struct {
	job, step string
	connected bool // the references of the resource are drawn elsewhere, or none of the user's
}

// parts returns the resources of jobs that may refer to others, by logical ID.
func (d *drawing) parts() map[string]part {
	parts := map[string]part{}
	for _, job := range d.all {
		parts[job.GenerateFunction] = part{job: job.LogicalID, connected: true}
		for _, s := range job.Steps {
			parts[s.EventSource] = part{job: job.LogicalID, connected: true}
			parts[s.Function] = part{job: job.LogicalID, step: s.Name}
		}
	}
	return parts
}

// references returns the names that a value refers to, each once, in order.
// StarJob's own variables are skipped.
func references(n *cfn.Node) []string {
	var found []string
	seen := map[string]bool{}
	n.Walk(nil, func(path cfn.Path, n *cfn.Node) bool {
		if len(path) > 0 && strings.HasPrefix(path[len(path)-1], wire.EnvPrefix) {
			return false
		}
		for _, name := range referents(n) {
			if !seen[name] {
				seen[name] = true
				found = append(found, name)
			}
		}
		return true
	})
	return found
}

// referents returns the names that a call of an intrinsic function refers to.
func referents(n *cfn.Node) []string {
	if id, ok := n.AsRef(); ok {
		return []string{id}
	}
	if id, _, ok := n.AsGetAtt(); ok {
		return []string{id}
	}
	name, argument, _ := n.Intrinsic()
	if name != "Fn::Sub" {
		return nil
	}
	if argument != nil && len(argument.Items) > 0 {
		argument = argument.Items[0]
	}
	var ids []string
	text, _ := argument.AsString()
	for _, rest := range strings.Split(text, "${")[1:] {
		placeholder, _, _ := strings.Cut(rest, "}")
		id, _, _ := strings.Cut(placeholder, ".")
		ids = append(ids, id)
	}
	return ids
}
