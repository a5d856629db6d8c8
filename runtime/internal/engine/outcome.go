package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/serverless-star/starjob/runtime/wire"
)

// outcome is the outcome of an item.
type outcome uint8

const (
	open         outcome = iota // not decided: counts as failed
	succeeded                   // done
	ignored                     // failed, and completed because of IgnoreErrors
	deadLettered                // failed and acknowledged: sent to the dead-letter queue, or dropped without one
	failed                      // will be received again
)

// acknowledged reports whether the item may be deleted from its queue.
func (o outcome) acknowledged() bool { return o == succeeded || o == ignored || o == deadLettered }

// conclude settles an item whose handler has ended. If the handler was stopped
// before, the item is not finished, even if the handler returned nil: many loops end
// with their context and return nil. The methods of err belong to the handler. If
// they panic, as those of a nil pointer do, the handler counts as panicked.
func (b *batch) conclude(i *item, err error, stopped bool) (mayContinue bool) {
	defer func() {
		if value := recover(); value != nil {
			message := fmt.Sprintf("%v, in a method of the returned error of type %T", value, err)
			mayContinue = b.settle(i, unfinished(&Panic{message, debug.Stack()}, stopped))
		}
	}()
	return b.settle(i, unfinished(err, stopped))
}

// unfinished returns the error of a handler that returned err, and that may have been
// stopped before.
func unfinished(err error, stopped bool) error {
	switch {
	case !stopped || errors.Is(err, errDeadline):
		return err
	case err == nil:
		return errDeadline
	}
	return fmt.Errorf("%w: %w", errDeadline, err)
}

// settle decides the outcome of an item whose handler returned err. It reports
// whether the rest of its FIFO group may be handled, which is false after an item
// that is retried. The outcome is set last: the invocation ends with the last
// outcome, and Lambda then freezes the process.
func (b *batch) settle(i *item, err error) (mayContinue bool) {
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
	case b.isIgnored(err, lost) && !dropped && !again:
		return b.ignore(i, err)
	case dropped, i.message.Attempt >= b.config.MaxAttempts:
		return b.deadLetterOrDrop(i, err, dropped)
	case again && lost == nil:
		return b.retry(i, err, retry.After)
	}
	return b.retry(i, err, b.delay(i))
}

// isIgnored reports whether IgnoreErrors covers an error. It covers neither generated
// items that were lost, nor items that were not finished before the deadline or
// before their process ended.
func (b *batch) isIgnored(err, lost error) bool {
	var unfinished *Unfinished
	return b.config.IgnoreErrors && lost == nil && !errors.Is(err, errDeadline) && !errors.As(err, &unfinished)
}

// settleDirect settles an event that is not from SQS, whose error is returned to the
// caller of the function.
func (b *batch) settleDirect(i *item, err, lost error) bool {
	if b.isIgnored(err, lost) {
		return b.ignore(i, err)
	}
	b.log.failure(i, slog.LevelError, "direct invocation failed", err)
	b.setOutcome(i, failed, err)
	return false
}

// ignore completes an item although its handler failed.
func (b *batch) ignore(i *item, err error) bool {
	b.log.failure(i, slog.LevelWarn, "item failed; ignored because of IgnoreErrors", err)
	b.setOutcome(i, ignored, err)
	return true
}

// deadLetterOrDrop dead-letters an item. If only SQS can do that, through a redrive
// policy, the item becomes visible again at once, until SQS has counted enough
// receives. Without any dead-letter queue, a dropped item is acknowledged, as its
// handler requested. An item that failed too often is then retried until the queue's
// retention period ends: only a handler may decide that an item is lost.
func (b *batch) deadLetterOrDrop(i *item, err error, dropped bool) bool {
	switch {
	case b.config.DeadLetterQueue != "":
		return b.deadLetter(i, err, dropped)
	case b.config.Redrive:
		b.fail(i, "item failed; SQS will move it to the dead-letter queue", err, 0)
		return true // as a dead letter, it does not stop its group
	case dropped:
		b.log.failure(i, slog.LevelError, "item dropped; the step has no dead-letter queue", err, slog.String("body", wire.Truncate(i.message.Body, maxLoggedBody)))
		b.setOutcome(i, deadLettered, err)
		return true
	}
	return b.retry(i, err, b.delay(i))
}

// deadLetter sends an item to the dead-letter queue and acknowledges it. If it
// cannot be sent, the item is retried.
func (b *batch) deadLetter(i *item, err error, dropped bool) bool {
	queue := b.config.DeadLetterQueue
	entry := deadLetterEntry(i.message, b.config.Step, err, queue)
	result := make(chan error, 1)
	entry.Done = func(_ string, err error) { result <- err }
	entry.Abandoned = func() bool { return false }
	sendErr := b.deadLetters.Add(entry)
	if sendErr == nil {
		select {
		case sendErr = <-result:
		case <-b.closing.Done():
			sendErr = context.Cause(b.closing)
		}
	}
	if sendErr != nil {
		return b.retryBecause(i, "cannot send the dead letter", fmt.Errorf("%w (cannot send the dead letter to %s: %w)", err, queue, sendErr), b.delay(i))
	}
	b.log.failure(i, slog.LevelError, "item dead-lettered "+deadLetterReason(i.message.Attempt, dropped), err)
	b.setOutcome(i, deadLettered, err)
	return true
}

// deadLetterReason says in a log line why an item was dead-lettered.
func deadLetterReason(attempts int, dropped bool) string {
	switch {
	case dropped:
		return "by Drop"
	case attempts == 1:
		return "after 1 attempt"
	}
	return fmt.Sprintf("after %d attempts", attempts)
}

// directError returns the error of a direct invocation.
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

// reply returns the list of the failed items. The list is never null, which would
// mean that nothing failed. No identifier is empty, which would fail the batch.
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
			return nil, errors.New("invalid batch: the record of a failed item has no messageId; retrying all items of the batch")
		}
		listed[id] = true
		failures = append(failures, failure{id})
	}
	return json.Marshal(struct {
		Failures []failure `json:"batchItemFailures"`
	}{failures})
}
