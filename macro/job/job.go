// Package job is the model of Star::Job. It decodes the resource from a template,
// fills in defaults, and checks everything that does not depend on the resulting
// resources, which package plan decides. Its tables of keys are also the source of the
// schemas for editors and of docs/reference.md.
//
// Start reading at [Decode]; the keys are in keytables.go.
package job

import "github.com/serverless-star/starjob/macro/cfn"

// Type is the resource type that this package decodes.
const Type = "Star::Job"

// Job is a Star::Job with its defaults. Values of type *cfn.Node may be intrinsic
// functions, because CloudFormation evaluates them after macros have run. Nodes belong
// to the template, so clone them before you put them into another tree.
type Job struct {
	LogicalID string
	Path      cfn.Path  // of the resource: Resources.<LogicalID>
	Resource  *cfn.Node // unchanged, including its attributes

	Name *cfn.Node // prefix of physical names; nil without one

	// Prototype is the logical ID of the function of which the job's functions are
	// copies; empty in the inline form. PrototypeResource is that resource.
	Prototype         string
	PrototypeResource *cfn.Node
	// Inline holds the job's Function properties in the inline form; else nil.
	Inline *cfn.Node

	Steps    []*Step // in the template's order; at least one
	Generate *Generate
	MaxDepth *cfn.Node // never nil
}

// Step is a step with the job's defaults merged in. Its Function contains only the
// properties of the job and of the step. Package plan merges them with the prototype,
// because that depends on the prototype's type.
type Step struct {
	Name string
	Path cfn.Path // Resources.<job>.Properties.Steps.<Name>
	// Handler is the registered name, or file.function. Without one in the template,
	// which DefaultHandler reports, it is the step's name.
	Handler        string
	DefaultHandler bool

	Function    *cfn.Node // a Map, without SQS events: they are in EventSource; never nil
	Queue       *cfn.Node // a Map; never nil
	EventSource *cfn.Node // a Map; never nil
	// DeadLetterQueue is a Map, or nil for no dead-letter queue.
	DeadLetterQueue *cfn.Node

	IgnoreErrors *cfn.Node // never nil; a Bool unless an intrinsic
	Retry        Retry

	// Generates lists the steps that this step may generate items for: all steps of
	// the job in order, unless the template lists some. Steps may share the slice.
	Generates []string

	Tags               []Tag
	LogRetentionInDays *cfn.Node // never nil
}

// Retry limits the attempts at an item. MinDelay and MaxDelay are in seconds.
type Retry struct{ MaxAttempts, MinDelay, MaxDelay *cfn.Node }

// Generate is the generate function's declaration; a job has none with
// `Generate: false`.
type Generate struct {
	Path        cfn.Path
	Function    *cfn.Node // a Map; never nil
	DefaultStep string    // may be empty

	Tags               []Tag
	LogRetentionInDays *cfn.Node
}

// Tag is a tag of every resource that supports tags. In the list form, both fields may
// be intrinsic functions.
type Tag struct{ Key, Value *cfn.Node }

// Defaults of a job. The runtime has the first four too, for settings that are not in
// a function's environment. They are repeated here because this package does not
// depend on the runtime; a test in tests compares them.
const (
	// DefaultMaxAttempts is how many times an item is received before it is
	// dead-lettered.
	DefaultMaxAttempts = 5
	// DefaultMinDelay is the shortest back-off of a failed item, in seconds.
	DefaultMinDelay = 1
	// DefaultMaxDelay is the longest back-off of a failed item, in seconds.
	DefaultMaxDelay = 900
	// DefaultMaxDepth is how many generations deep a chain of items may grow.
	DefaultMaxDepth = 1000
	// DefaultLogRetentionInDays is how long CloudWatch Logs keeps log events.
	DefaultLogRetentionInDays = 30
)

// Bounds of SQS.
const (
	// maxReceiveCount is the maximum of a redrive policy's maxReceiveCount.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue.html
	maxReceiveCount = 1000
	// maxVisibility is the maximum of a message's visibility timeout, with which a
	// failed item is delayed: 12 hours, in seconds.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
	maxVisibility = 43_200
)
