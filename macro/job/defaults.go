package job

// Defaults of a job. The first four are the runtime's own, for functions whose
// environment lacks a setting. They are written here once more because the
// model knows templates and not the runtime; a test of the whole product holds
// them equal.
const (
	// DefaultMaxAttempts is how often an item is received before it is given up.
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
