package engine

import (
	"cmp"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/backoff"
	"github.com/serverless-star/starjob/runtime/wire"
)

// delay returns the jittered exponential back-off of an item.
func (b *batch) delay(i *item) time.Duration {
	c := b.config
	return backoff.Jitter(backoff.Exponential(c.MinDelay, cmp.Or(c.MaxDelay, c.MinDelay), i.message.Attempt))
}

// maxBeforeBatch bounds the time between the receive of an item and the start of its
// batch: the longest batching window, plus the time that Lambda needs to invoke.
const maxBeforeBatch = 5*time.Minute + 10*time.Second

// maxDelay returns how long an item can still be kept invisible. SQS counts the
// maximum visibility timeout from the receive, and refuses anything longer.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
func (b *batch) maxDelay() time.Duration {
	return wire.MaxVisibilitySeconds*time.Second - maxBeforeBatch - time.Since(b.began)
}
