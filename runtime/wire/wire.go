// Package wire is the contract between StarJob's macro and its runtime. It has the
// names of environment variables and message attributes, their encodings, and the
// limits of SQS and Lambda. The macro writes the environment at deploy time, and the
// runtime reads it. This is the only package that both import. It depends only on the
// standard library.
package wire

// GenerateHandler is the handler name of the generate function, which puts items into
// queues from outside the job. It is the value of [EnvHandler] there.
const GenerateHandler = "star.generate"

// Functions in languages other than Go keep Lambda's managed runtime. Lambda starts the
// program that [EnvExecWrapper] names instead of the runtime: the dispatcher of
// StarJob's layer.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
const (
	// EnvExecWrapper names the program that Lambda starts instead of the runtime.
	EnvExecWrapper = "AWS_LAMBDA_EXEC_WRAPPER"
	// ExecWrapper is the path at which Lambda unpacks the layer's wrapper.
	ExecWrapper = "/opt/starjob/wrapper"
)

// Environment variables that the macro sets on every function of a job. All
// names begin with [EnvPrefix]. The macro overwrites variables of the template that
// have such a name.
const (
	// EnvPrefix begins every variable that belongs to StarJob.
	EnvPrefix = "STAR_"

	// EnvJob is the job's logical ID in its template.
	EnvJob = "STAR_JOB"
	// EnvStep is the step that the function belongs to; absent on the generate
	// function.
	EnvStep = "STAR_STEP"
	// EnvHandler is the registered name of the handler to run, or
	// [GenerateHandler].
	EnvHandler = "STAR_HANDLER"

	// EnvName is the job's Name, the prefix of physical names; absent if the job has
	// none. Short entries of [EnvQueues] are resolved with it.
	EnvName = "STAR_NAME"
	// EnvQueues lists the steps that the function may generate items for; see
	// [ParseQueues] for the format. Absent or empty: none.
	EnvQueues = "STAR_QUEUES"
	// EnvQueue is the URL of the step's queue. On the generate function of a job with
	// a Name, it is the URL of any queue of the job.
	EnvQueue = "STAR_QUEUE"
	// EnvDeadLetterQueue is the URL of the step's dead-letter queue. Absent: the step
	// has no dead-letter queue that the runtime may send to.
	EnvDeadLetterQueue = "STAR_DEAD_LETTER_QUEUE"
	// EnvRedrive is "true" if the step's queue has a redrive policy, but
	// EnvDeadLetterQueue is absent because the dead-letter queue is outside the
	// template. Then only SQS moves items to it.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
	EnvRedrive = "STAR_REDRIVE"

	// EnvDefaultStep is the step for events that name no step (only on the generate
	// function).
	EnvDefaultStep = "STAR_DEFAULT_STEP"
	// EnvIgnoreErrors is "true" if failed items are complete.
	EnvIgnoreErrors = "STAR_IGNORE_ERRORS"
	// EnvMaxAttempts is the number of attempts after which an item is dead-lettered.
	EnvMaxAttempts = "STAR_MAX_ATTEMPTS"
	// EnvMinDelay is the shortest back-off of a failed item, in seconds.
	EnvMinDelay = "STAR_MIN_DELAY"
	// EnvMaxDelay is the longest back-off of a failed item, in seconds.
	EnvMaxDelay = "STAR_MAX_DELAY"
	// EnvMaxDepth is the maximum depth of a chain of items, in generations; 0 means no
	// limit.
	EnvMaxDepth = "STAR_MAX_DEPTH"
)

// Message attributes. A message's body is the JSON of its item; StarJob's own data is in
// attributes.
const (
	// AttributeDepth (Number) is the number of generations between the item and the
	// item that started the chain, which has depth 0. Absent: 0.
	AttributeDepth = "star.depth"
	// AttributeError (String), on a dead letter, is the message of the last error.
	AttributeError = "star.error"
	// AttributeErrorType (String), on a dead letter, is the type of the last error in
	// the handler's language.
	AttributeErrorType = "star.error.type"
	// AttributeAttempts (Number), on a dead letter, is the number of times that the
	// item was received.
	AttributeAttempts = "star.attempts"
	// AttributeMessageID (String), on a dead letter, is the ID of the item's message in
	// the step's queue.
	AttributeMessageID = "star.message.id"
)

// Defaults of a job's settings. The macro writes them into the environment, so that a
// function does not change its behavior when only the runtime is updated. The runtime
// uses them for absent variables.
const (
	DefaultMaxAttempts = 5
	DefaultMinDelay    = 1   // seconds
	DefaultMaxDelay    = 900 // seconds
	DefaultMaxDepth    = 1000
)

// Limits of SQS and Lambda.
const (
	// MaxMessageBytes is the maximum size of a message, and of all messages of a batch
	// together. The body counts, and the names, types and values of attributes.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
	MaxMessageBytes = 1 << 20
	// MaxBatchEntries is the maximum number of entries of a SendMessageBatch.
	MaxBatchEntries = 10
	// MaxAttributes is the maximum number of attributes of a message.
	MaxAttributes = 10
	// MaxDelaySeconds is the maximum delay of a message: 15 minutes.
	MaxDelaySeconds = 900
	// MaxVisibilitySeconds is the maximum visibility timeout of a message: 12 hours.
	MaxVisibilitySeconds = 43_200
	// MaxGroupBytes is the maximum length of a message group ID.
	MaxGroupBytes = 128
	// MaxEnvironmentBytes is the maximum size of a function's environment, with all
	// names and values.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	MaxEnvironmentBytes = 4096
	// FIFOSuffix is the end of the name of every FIFO queue.
	FIFOSuffix = ".fifo"
)
