package graph

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
)

// events adds what invokes a job's functions by their own properties: function
// URLs, and the events that SAM makes resources of.
func (d *drawing) events(job expand.Job) {
	functions := []string{job.GenerateFunction}
	for _, s := range job.Steps {
		functions = append(functions, s.Function)
	}
	for _, id := range functions {
		properties := d.resources.At(id, "Properties")
		if !properties.Get("FunctionUrlConfig").IsAlwaysNothing() {
			d.invoke(node{"url_" + identifier(id), "function URL", sourceNode}, id)
		}
		events := properties.Get("Events")
		for _, name := range events.Keys() {
			event := node{"event_" + identifier(id) + "_" + identifier(name), describe(name, events.Get(name)), sourceNode}
			d.invoke(event, id)
		}
	}
}

// invoke draws that something outside a job invokes one of its functions.
func (d *drawing) invoke(source node, function string) {
	d.outside(source)
	d.started[function] = true
	d.connect(edge{from: source.id, to: identifier(function)})
}

// describe returns the label of one of SAM's events.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
func describe(name string, event *cfn.Node) string {
	kind, _ := event.Get("Type").AsString()
	properties := event.Get("Properties")
	switch kind {
	case "Api", "HttpApi":
		if path, ok := properties.Get("Path").AsString(); ok {
			return method(properties) + " " + path
		}
		return "API " + name
	case "Schedule":
		return "schedule " + nameOf(properties.Get("Schedule"), name)
	case "ScheduleV2":
		return "schedule " + nameOf(properties.Get("ScheduleExpression"), name)
	case "S3":
		return "S3 bucket " + nameOf(properties.Get("Bucket"), name)
	case "SNS":
		return "SNS topic " + nameOf(properties.Get("Topic"), name)
	case "SQS":
		return "SQS queue " + nameOf(properties.Get("Queue"), name)
	case "EventBridgeRule", "CloudWatchEvent":
		return "EventBridge rule " + name
	case "":
		return "event " + name
	}
	return kind + " " + name
}

func method(properties *cfn.Node) string {
	name, _ := properties.Get("Method").AsString()
	if name == "" || name == "*" {
		return "ANY"
	}
	return strings.ToUpper(name)
}
