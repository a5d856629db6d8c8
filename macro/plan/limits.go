package plan

// Bounds and defaults of AWS that decide something, and that the checks hold
// values against.
const (
	// DefaultTimeoutSeconds is a function's timeout where nobody gives one:
	// Lambda's own 3 seconds are too short for a batch.
	DefaultTimeoutSeconds = 60
	// MaxTimeoutSeconds is Lambda's longest timeout, and what an unknown one
	// counts as.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	MaxTimeoutSeconds = 900
	// MaxWindowSeconds is the longest batching window.
	// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
	MaxWindowSeconds = 300
	// DeadLetterRetentionSeconds is the longest that SQS keeps a message, 14 days.
	// A dead letter's age counts from when the item was first sent, so it must be
	// longer than the retention of the step's queue.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
	DeadLetterRetentionSeconds = 14 * 24 * 60 * 60
)
