package expand_test

import (
	"strings"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/expand"
	"github.com/serverless-star/starjob/runtime/wire"
)

const account = "https://sqs.us-east-1.amazonaws.com/123456789012/"

// deployed evaluates a value of the result like CloudFormation. A queue without a name
// gets its logical ID as the name.
func deployed(resources, n *cfn.Node) string {
	if text, ok := n.AsScalar(); ok {
		return text
	}
	if id, ok := n.AsRef(); ok {
		return account + queueName(resources, id)
	}
	_, argument, _ := n.Intrinsic()
	text, _ := argument.AsString()
	for _, id := range resources.Keys() {
		text = strings.ReplaceAll(text, "${"+id+"}", account+queueName(resources, id))
	}
	return text
}

func queueName(resources *cfn.Node, id string) string {
	properties := resources.At(id, "Properties")
	if name, ok := properties.Get("QueueName").AsString(); ok {
		return name
	}
	if fifo, _ := properties.Get("FifoQueue").AsBool(); fifo {
		return id + wire.FIFOSuffix
	}
	return id
}

// TestRuntimeFindsQueues expects the runtime to find the queues of all steps from the
// environment of every function, with and without a Name.
func TestRuntimeFindsQueues(t *testing.T) {
	const steps = `
      Steps:
        plan: {}
        in-order: {Queue: {FifoQueue: true}}
        mine: {Queue: {QueueName: other}}
        mine-in-order: {Queue: {FifoQueue: true, QueueName: other.fifo}}
`
	for _, name := range []string{"", "      Name: replay\n"} {
		source := "Transform: StarJob\nResources:\n  Replay:\n    Type: Star::Job\n    Properties:\n      Function: {Runtime: provided.al2023, Code: {S3Bucket: b, S3Key: k}}\n" + name + steps
		result, problems := expand.Template(parse(t, source), expand.Options{})
		if len(problems) > 0 {
			t.Fatal(problems.Text())
		}
		resources, job := result.Template.Get("Resources"), result.Jobs[0]
		functions := []string{job.GenerateFunction}
		for _, s := range job.Steps {
			functions = append(functions, s.Function)
		}
		for _, f := range functions {
			variables := resources.At(f, "Properties", "Environment", "Variables")
			value := func(name string) string { return deployed(resources, variables.Get(name)) }
			queues, err := wire.ParseQueues(value(wire.EnvQueues), value(wire.EnvQueue), value(wire.EnvName))
			if err != nil || len(queues) != len(job.Steps) {
				t.Errorf("%s: %v, %v", f, queues, err)
			}
			for _, s := range job.Steps {
				if want := account + queueName(resources, s.Queue); queues[s.Name] != want {
					t.Errorf("%s finds the queue of %s at %s, want %s", f, s.Name, queues[s.Name], want)
				}
			}
		}
	}
}
