// Package wire is what StarJob's deploy time and run time agree on: the names
// of environment variables and message attributes, the limits of SQS and
// Lambda, and the small codecs between them. The macro writes what this
// package names and the runtime reads it, so this is the only package that both
// import. It uses the standard library alone.
package wire

// GenerateHandler is the registered name of the generate function: the value
// of [EnvHandler] in the function that enqueues items from outside the job.
const GenerateHandler = "star.generate"

// Functions in other languages than Go keep Lambda's managed runtime, which
// starts what [EnvExecWrapper] names in place of itself: the dispatcher, from
// StarJob's layer.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
const (
	EnvExecWrapper = "AWS_LAMBDA_EXEC_WRAPPER"
	// ExecWrapper is where Lambda unpacks the layer's wrapper.
	ExecWrapper = "/opt/starjob/wrapper"
)

// Environment variables that the macro sets on every function of a job. All
// names begin with [EnvPrefix]; the macro overwrites such names of the user's.
const (
	// EnvPrefix begins every variable that belongs to StarJob.
	EnvPrefix = "STAR_"

	// EnvJob is the job's logical ID in its template.
	EnvJob = "STAR_JOB"
	// EnvStep is the step that the function works for; absent on the generate
	// function.
	EnvStep = "STAR_STEP"
	// EnvHandler is the registered name of the handler to run, or
	// [GenerateHandler].
	EnvHandler = "STAR_HANDLER"

	// EnvName is the prefix of the job's physical names, where the job has a
	// Name: short entries of [EnvQueues] are resolved with it.
	EnvName = "STAR_NAME"
	// EnvQueues lists the steps that the function may generate items for; see
	// [ParseQueues] for its form. Absent or empty: none.
	EnvQueues = "STAR_QUEUES"
	// EnvQueue is the URL of the step's own queue; on the generate function, of
	// a job that has a Name, the URL of any queue of the job.
	EnvQueue = "STAR_QUEUE"
	// EnvDeadLetterQueue is the URL of the queue for items that are given up.
	// Absent: the step has none that the runtime may send to.
	EnvDeadLetterQueue = "STAR_DEAD_LETTER_QUEUE"
	// EnvRedrive is "true" where the step's queue has a redrive policy that SQS
	// carries out by itself although EnvDeadLetterQueue is absent (its target
	// is outside the template).
	EnvRedrive = "STAR_REDRIVE"

	// EnvDefaultStep is the step for events that name none (generate function
	// only).
	EnvDefaultStep = "STAR_DEFAULT_STEP"
	// EnvIgnoreErrors is "true" where a failed item counts as complete.
	EnvIgnoreErrors = "STAR_IGNORE_ERRORS"
	// EnvMaxAttempts is the number of receives after which an item is given up.
	EnvMaxAttempts = "STAR_MAX_ATTEMPTS"
	// EnvMinDelay and EnvMaxDelay bound the exponential back-off of a failed
	// item, in seconds.
	EnvMinDelay = "STAR_MIN_DELAY"
	EnvMaxDelay = "STAR_MAX_DELAY"
	// EnvMaxDepth is the number of generations that a chain of items may have;
	// 0 is no limit.
	EnvMaxDepth = "STAR_MAX_DEPTH"
)

// Message attributes. An item's body is its JSON and nothing else; these travel
// beside it.
const (
	// AttributeDepth (Number) is how many generations the item is away from the
	// one that kicked its chain off, which has depth 0. Absent: 0.
	AttributeDepth = "star.depth"
	// AttributeError (String) is, on a dead letter, the text of the last error.
	AttributeError = "star.error"
	// AttributeErrorType (String) is, on a dead letter, the Go type of the last
	// error.
	AttributeErrorType = "star.error.type"
	// AttributeAttempts (Number) is, on a dead letter, how often the item had
	// been received.
	AttributeAttempts = "star.attempts"
	// AttributeMessageID (String) is, on a dead letter, the ID that the item's
	// message had in the step's queue.
	AttributeMessageID = "star.message.id"
)

// Defaults of a job's settings. The macro writes them out, so that a function
// does not change its manners when only its runtime is updated; the runtime
// takes them for variables that are absent.
const (
	DefaultMaxAttempts = 5
	DefaultMinDelay    = 1   // seconds
	DefaultMaxDelay    = 900 // seconds
	DefaultMaxDepth    = 1000
)

// Limits of SQS and Lambda.
const (
	// MaxMessageBytes bounds one message, and the sum of a batch: body, and
	// names, types and values of its attributes.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
	MaxMessageBytes = 1 << 20
	// MaxBatchEntries bounds the entries of one SendMessageBatch.
	MaxBatchEntries = 10
	// MaxAttributes bounds the attributes of one message.
	MaxAttributes = 10
	// MaxDelaySeconds bounds a message's delay.
	MaxDelaySeconds = 900
	// MaxVisibilitySeconds bounds a message's visibility timeout: 12 hours.
	MaxVisibilitySeconds = 43_200
	// MaxGroupBytes bounds a message group ID.
	MaxGroupBytes = 128
	// MaxEnvironmentBytes bounds a function's environment: all names and
	// values.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	MaxEnvironmentBytes = 4096
	// FIFOSuffix ends the name of every FIFO queue.
	FIFOSuffix = ".fifo"
)
