package engine

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
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

// retry fails an item, which becomes visible again after a delay.
func (b *batch) retry(i *item, err error, after time.Duration) bool {
	happened := "item failed"
	if errors.Is(err, errSkipped) {
		happened = "item skipped"
	}
	return b.retryBecause(i, happened, err, after)
}

// retryBecause is retry with another beginning of the log line.
func (b *batch) retryBecause(i *item, happened string, err error, after time.Duration) bool {
	after = min(max(after, 0), b.maxDelay())
	when := "in " + roundSeconds(after)
	switch {
	case b.config.Queue == "":
		when = "after the visibility timeout"
	case after == 0:
		when = "now"
	}
	return b.fail(i, happened+"; retrying "+when, err, after)
}

// fail fails an item, and makes it visible again after a delay.
func (b *batch) fail(i *item, message string, err error, after time.Duration) bool {
	b.log.failure(i, slog.LevelWarn, message, err, slog.Float64("afterSeconds", after.Seconds()))
	i.after.Store(int64(after))
	b.visibility.add(i.message.ReceiptHandle, after)
	b.setOutcome(i, failed, err)
	return false
}

// roundSeconds writes a delay in seconds for log lines: with one decimal below 10 s,
// and without decimals from there on.
func roundSeconds(d time.Duration) string {
	if d < 10*time.Second {
		return strconv.FormatFloat(math.Round(d.Seconds()*10)/10, 'f', -1, 64) + " s"
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}
