package plan

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/runtime/wire"
)

// generateName ends the logical IDs and physical names of the generate
// function's resources, as a step's name ends those of the step's.
const generateName = "generate"

// ids makes the logical IDs of what belongs to a step, or to the generate
// function; it is what they all begin with. They must never change: a changed
// logical ID deletes a queue with its messages.
type ids string

func idsOf(job, step string) ids { return ids(job + pascal(step)) }

func (i ids) queue() string           { return string(i) + "Queue" }
func (i ids) deadLetterQueue() string { return string(i) + "DeadLetterQueue" }
func (i ids) function() string        { return string(i) + "Function" }
func (i ids) eventSource() string     { return string(i) + "EventSource" }
func (i ids) logs() string            { return string(i) + "Logs" }
func (i ids) role() string            { return string(i) + "Role" }
func (i ids) policy() string          { return string(i) + "Policy" }

// serverlessRole is the ID that SAM gives the role of a function.
func (i ids) serverlessRole() string { return i.function() + "Role" }

// pascal is a step's name as logical IDs have it: split at everything that is
// not a letter or digit, first letters raised, joined.
func pascal(name string) string {
	var b strings.Builder
	words := strings.FieldsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	for _, w := range words {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}

// setPhysicalName gives a resource its physical name, if the job has a Name,
// which may be an intrinsic function, and the user gives the resource none.
func setPhysicalName(properties *cfn.Node, key string, name *cfn.Node, suffix string) {
	if name != nil {
		properties.Default(key, suffixed(name, "-"+suffix))
	}
}

// suffixed is a job's Name followed by a string.
func suffixed(name *cfn.Node, suffix string) *cfn.Node {
	if text, ok := name.AsScalar(); ok {
		return cfn.NewString(text + suffix)
	}
	if id, ok := name.AsRef(); ok {
		return cfn.Sub("${" + id + "}" + suffix)
	}
	if text, own := name.AsSub(); own == nil {
		if s, ok := text.AsString(); ok {
			return cfn.Sub(s + suffix)
		}
	}
	return cfn.NewMap(cfn.E("Fn::Sub", cfn.NewList(
		cfn.NewString("${Name}"+suffix),
		cfn.NewMap(cfn.E("Name", name.Clone())),
	)))
}

// FIFOName is the name of a queue, which has a suffix if it is a FIFO queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func FIFOName(name string, fifo bool) string {
	if fifo {
		return name + wire.FIFOSuffix
	}
	return name
}
