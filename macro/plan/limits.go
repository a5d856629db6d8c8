package plan

// Bounds and defaults that planning and the checks have in common.
const (
	// DefaultTimeoutSeconds is the default of a function's timeout. Lambda's default
	// of 3 seconds is too short for a batch.
	DefaultTimeoutSeconds = 60
	// MaxTimeoutSeconds is Lambda's longest timeout. An unknown timeout counts as
	// this.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	MaxTimeoutSeconds = 900
	// MaxWindowSeconds is the longest batching window.
	// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
	MaxWindowSeconds = 300
	// DeadLetterRetentionSeconds is the longest retention of SQS, 14 days.
	// A dead letter's age counts from when the item was first sent, so it must be
	// longer than the retention of the step's queue.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
	DeadLetterRetentionSeconds = 14 * 24 * 60 * 60
)
