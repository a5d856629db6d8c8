package plan

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/runtime/wire"
)

// generateName takes the place of a step's name in the logical IDs and physical names
// of the generate function's resources.
const generateName = "generate"

// ids is the prefix of the logical IDs of a step's, or the generate function's,
// resources. Logical IDs must never change: CloudFormation would delete the queue
// with the old ID, and its messages.
type ids string

func idsOf(job, step string) ids { return ids(job + pascal(step)) }

func (i ids) queue() string           { return string(i) + "Queue" }
func (i ids) deadLetterQueue() string { return string(i) + "DeadLetterQueue" }
func (i ids) function() string        { return string(i) + "Function" }
func (i ids) eventSource() string     { return string(i) + "EventSource" }
func (i ids) logs() string            { return string(i) + "Logs" }
func (i ids) role() string            { return string(i) + "Role" }
func (i ids) policy() string          { return string(i) + "Policy" }

// serverlessRole is the logical ID that SAM gives to the role of a function.
func (i ids) serverlessRole() string { return i.function() + "Role" }

// pascal converts a step's name for logical IDs: it splits at every character that is
// not a letter or digit, capitalizes the words, and joins them.
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

// setPhysicalName sets the physical name of a resource if the job has a Name, which
// may be an intrinsic function, and the user sets no other name.
func setPhysicalName(properties *cfn.Node, key string, name *cfn.Node, suffix string) {
	if name != nil {
		properties.Default(key, suffixed(name, "-"+suffix))
	}
}

// suffixed returns a job's Name followed by a string.
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

// FIFOName returns the name of a queue, with the suffix of FIFO queues if it is one.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func FIFOName(name string, fifo bool) string {
	if fifo {
		return name + wire.FIFOSuffix
	}
	return name
}
