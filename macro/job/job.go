// Package job is the model of Star::Job: it decodes the resource from a
// template, fills in defaults, and checks everything that can be known without
// knowing what the job becomes, which package plan decides. Start reading at
// [Decode].
package job

import "github.com/serverless-star/starjob/macro/cfn"

// Type is the resource type that this package decodes.
const Type = "Star::Job"

// Job is a Star::Job with its defaults. Values that stay *cfn.Node may be
// intrinsic functions: nothing is evaluated before macros run. Nodes are the
// template's own and must be cloned before they are put anywhere.
type Job struct {
	LogicalID string
	Path      cfn.Path  // of the resource: Resources.<LogicalID>
	Resource  *cfn.Node // as the template has it, with its attributes

	Name *cfn.Node // prefix of physical names; nil without one

	// Prototype is the logical ID of the function that all functions copy; empty
	// in the inline form. PrototypeResource is that resource.
	Prototype         string
	PrototypeResource *cfn.Node
	// Inline holds the job's Function properties in the inline form; else nil.
	Inline *cfn.Node

	Steps    []*Step // in the template's order; at least one
	Generate *Generate
	MaxDepth *cfn.Node // never nil
}

// Step is a step with the job's defaults merged in. Its Function is only what
// the job (never a prototype) and the step write: the prototype is merged by
// who knows its form.
type Step struct {
	Name string
	Path cfn.Path // Resources.<job>.Properties.Steps.<Name>
	// Handler is the registered name, or file.function; where the template gives
	// none, which DefaultHandler reports, it is the step's name.
	Handler        string
	DefaultHandler bool

	Function    *cfn.Node // a Map without SQS events, which EventSource has; never nil
	Queue       *cfn.Node // a Map; never nil
	EventSource *cfn.Node // a Map; never nil
	// DeadLetterQueue is a Map, or nil where there is to be none.
	DeadLetterQueue *cfn.Node

	IgnoreErrors *cfn.Node // never nil; a Bool unless an intrinsic
	Retry        Retry

	// Generates lists the steps that this one may generate items for: all of
	// the job's, in order, unless the template narrows it. Steps may share it.
	Generates []string

	Tags               []Tag
	LogRetentionInDays *cfn.Node // never nil
}

// Retry bounds the attempts at an item. MinDelay and MaxDelay are seconds.
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

// Tag is a tag of every resource that can have one. Both may be intrinsic
// functions in the list form.
type Tag struct{ Key, Value *cfn.Node }

// Defaults of a job. The first four are the runtime's own, for functions whose
// environment lacks a setting. They are written here once more because the
// model knows templates and not the runtime; a test of the whole product holds
// them equal.
const (
	// DefaultMaxAttempts is how often an item is received before it is dead-lettered.
	DefaultMaxAttempts = 5
	// DefaultMinDelay is the shortest back-off of a failed item, in seconds.
	DefaultMinDelay = 1
	// DefaultMaxDelay is the longest back-off of a failed item, in seconds.
	DefaultMaxDelay = 900
	// DefaultMaxDepth is how many generations deep a chain of items may go.
	DefaultMaxDepth = 1000
	// DefaultLogRetentionInDays is how long log events are kept.
	DefaultLogRetentionInDays = 30
)

// Bounds of SQS.
const (
	// maxReceiveCount bounds a redrive policy's maxReceiveCount.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue.html
	maxReceiveCount = 1000
	// maxVisibility bounds a message's visibility timeout, by which a failed
	// item is delayed: 12 hours, in seconds.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
	maxVisibility = 43_200
)
