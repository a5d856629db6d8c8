package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/backoff"
	"github.com/serverless-star/starjob/runtime/wire"
)

// conclude settles an item whose handler has ended. If it was stopped by then, the
// item was not finished, whatever the handler returned: many loops end with their
// context and return nil. The methods of err are the handler's: if they panic, as
// those of a nil pointer do, the handler has.
func (b *batch) conclude(i *item, err error, stopped bool) (mayGoOn bool) {
	defer func() {
		if value := recover(); value != nil {
			message := fmt.Sprintf("%v, in a method of the error that was returned, a %T", value, err)
			mayGoOn = b.settle(i, unfinished(&Panic{message, debug.Stack()}, stopped))
		}
	}()
	return b.settle(i, unfinished(err, stopped))
}

// unfinished is the error of a handler that returned err after it was stopped.
func unfinished(err error, stopped bool) error {
	switch {
	case !stopped || errors.Is(err, errDeadline):
		return err
	case err == nil:
		return errDeadline
	}
	return fmt.Errorf("%w: %w", errDeadline, err)
}

// settle decides what becomes of an item whose handler returned err, and reports
// whether the rest of its FIFO group may be handled: not after an item that is
// retried. The outcome is set last: with the last one the invocation ends, and
// Lambda freezes whatever is not done by then.
func (b *batch) settle(i *item, err error) (mayGoOn bool) {
	_, lost := i.sends.state()
	if lost != nil && !errors.Is(err, lost) {
		err = errors.Join(err, lost)
	}
	var drop *Drop
	var retry *RetryAfter
	dropped := lost == nil && errors.As(err, &drop)
	again := errors.As(err, &retry)
	switch {
	case err == nil:
		b.log.success(i)
		b.setOutcome(i, succeeded, nil)
		return true
	case i.message.IsDirect():
		return b.settleDirect(i, err, lost)
	case b.forgives(err, lost) && !dropped && !again:
		return b.ignore(i, err)
	case dropped, i.message.Attempt >= b.config.MaxAttempts:
		return b.giveUp(i, err, dropped)
	case again && lost == nil:
		return b.retry(i, err, retry.After)
	}
	return b.retry(i, err, b.delay(i))
}

// forgives reports whether IgnoreErrors covers an error. It does not cover a lost
// send, nor an item that was not finished: in time, or because its process ended.
func (b *batch) forgives(err, lost error) bool {
	var unfinished *Unfinished
	return b.config.IgnoreErrors && lost == nil && !errors.Is(err, errDeadline) && !errors.As(err, &unfinished)
}

// settleDirect settles an event that is not from SQS: its error is returned.
func (b *batch) settleDirect(i *item, err, lost error) bool {
	if b.forgives(err, lost) {
		return b.ignore(i, err)
	}
	b.log.failure(i, slog.LevelError, "the invocation failed", err)
	b.setOutcome(i, failed, err)
	return false
}

// ignore completes an item although its handler failed.
func (b *batch) ignore(i *item, err error) bool {
	b.log.failure(i, slog.LevelWarn, "the item failed; IgnoreErrors takes it as done", err)
	b.setOutcome(i, ignored, err)
	return true
}

// retry fails an item; it becomes visible again after a while.
func (b *batch) retry(i *item, err error, after time.Duration) bool {
	after = min(max(after, 0), b.maxDelay())
	b.log.failure(i, slog.LevelWarn, "the item failed and comes back", err, slog.Float64("afterSeconds", after.Seconds()))
	i.after.Store(int64(after))
	b.visibility.add(i.message.ReceiptHandle, after)
	b.setOutcome(i, failed, err)
	return false
}

// giveUp makes a dead letter of an item. Where there is no queue for it, SQS
// does so if it can; then the item is visible again at once, until SQS has counted
// enough receives. With no dead-letter queue at all a dropped item is acknowledged,
// as its handler wants, but one that merely failed too often is retried until the
// queue's retention ends: only a handler may decide that an item is lost.
func (b *batch) giveUp(i *item, err error, dropped bool) bool {
	switch {
	case b.config.DeadLetterQueue != "":
		return b.deadLetter(i, err)
	case b.config.Redrive:
		b.retry(i, err, 0)
		return true // as a dead letter, it does not stop its group
	case dropped:
		b.log.failure(i, slog.LevelError, "the item was dropped; there is no dead-letter queue to keep it", err, slog.String("body", wire.Truncate(i.message.Body, maxLoggedBody)))
		b.setOutcome(i, givenUp, err)
		return true
	}
	return b.retry(i, err, b.delay(i))
}

// deadLetter sends an item to the dead-letter queue and acknowledges it. If it
// cannot be sent, the item is retried.
func (b *batch) deadLetter(i *item, err error) bool {
	queue := b.config.DeadLetterQueue
	letter := deadLetter(i.message, b.config.Step, err, queue)
	result := make(chan error, 1)
	letter.Done = func(_ string, err error) { result <- err }
	letter.Abandoned = func() bool { return false }
	lost := b.deadLetters.Add(letter)
	if lost == nil {
		select {
		case lost = <-result:
		case <-b.closing.Done():
			lost = context.Cause(b.closing)
		}
	}
	if lost != nil {
		return b.retry(i, fmt.Errorf("%w (and it could not be sent to the dead-letter queue %s: %w)", err, queue, lost), b.delay(i))
	}
	b.log.failure(i, slog.LevelError, "the item was sent to the dead-letter queue", err)
	b.setOutcome(i, givenUp, err)
	return true
}

// delay is the exponential back-off of an item.
func (b *batch) delay(i *item) time.Duration {
	c := b.config
	return backoff.Jitter(backoff.Exponential(c.MinDelay, cmp.Or(c.MaxDelay, c.MinDelay), i.message.Attempt))
}

// maxBeforeBatch bounds how long before its batch began an item may have been
// received: the longest batching window, and the time that Lambda needs to invoke.
const maxBeforeBatch = 5*time.Minute + 10*time.Second

// maxDelay is for how long an item can be kept invisible: SQS counts its longest
// visibility timeout from when it was received, and refuses anything longer.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
func (b *batch) maxDelay() time.Duration {
	return wire.MaxVisibilitySeconds*time.Second - maxBeforeBatch - time.Since(b.began)
}

// directError is the error of a direct invocation.
func (b *batch) directError() error {
	if b.items[0].outcome == open {
		return errDeadline
	}
	return b.err
}

// failure is an item that Lambda must not delete from the queue.
type failure struct {
	ItemIdentifier string `json:"itemIdentifier"`
}

// reply lists the failed items. The list is never null, which would mean that
// nothing failed, and no identifier is empty, which would fail the batch.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (b *batch) reply() ([]byte, error) {
	failures := make([]failure, 0)
	listed := map[string]bool{} // SQS may put a message into a batch twice
	for at := range b.items {
		id := b.items[at].message.MessageID
		if b.items[at].outcome.acknowledged() || listed[id] {
			continue
		}
		if id == "" {
			return nil, errors.New("an item failed whose record has no messageId: the whole batch has to come back")
		}
		listed[id] = true
		failures = append(failures, failure{id})
	}
	return json.Marshal(struct {
		Failures []failure `json:"batchItemFailures"`
	}{failures})
}
