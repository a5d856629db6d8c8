package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// conclude settles an item whose handler has ended. One that was stopped then was
// not finished, whatever it says: many a loop ends with its context and returns
// nil. The error's methods are the handler's: if they panic, as those of a nil
// pointer do, the handler has.
func (b *batch) conclude(m *message, err error, stopped bool) (mayGoOn bool) {
	defer func() {
		if value := recover(); value != nil {
			text := fmt.Sprintf("%v, in a method of the error that was returned, a %T", value, err)
			mayGoOn = b.settle(m, unfinished(&Panic{text, debug.Stack()}, stopped))
		}
	}()
	return b.settle(m, unfinished(err, stopped))
}

// unfinished tells of a handler that was stopped.
func unfinished(err error, stopped bool) error {
	switch {
	case !stopped || errors.Is(err, errDeadline):
		return err
	case err == nil:
		return errDeadline
	}
	return fmt.Errorf("%w: %w", errDeadline, err)
}

// settle decides what becomes of an item whose handler returned err, and tells
// whether the rest of its FIFO group may be handled: not after an item that
// comes back. The outcome is set last: with the last one the invocation ends,
// and Lambda freezes what is still to be done.
func (b *batch) settle(m *message, err error) (mayGoOn bool) {
	_, lost := m.sends.state()
	if lost != nil && !errors.Is(err, lost) {
		err = errors.Join(err, lost)
	}
	var drop *Drop
	var retry *RetryAfter
	dropped := lost == nil && errors.As(err, &drop)
	again := errors.As(err, &retry)
	switch {
	case err == nil:
		b.logSuccess(m)
		b.set(m, succeeded, nil)
		return true
	case m.direct():
		return b.settleDirect(m, err, lost)
	case b.forgives(err, lost) && !dropped && !again:
		return b.ignore(m, err)
	case dropped, b.lastAttempt(m):
		return b.giveUp(m, err, dropped)
	case again && lost == nil:
		return b.giveBack(m, err, retry.After)
	}
	return b.giveBack(m, err, b.delay(m))
}

// forgives tells whether IgnoreErrors covers an error. It does not cover a lost
// send, nor an item that was not finished: in time, or because its process ended.
func (b *batch) forgives(err, lost error) bool {
	var unfinished *Unfinished
	return b.config.IgnoreErrors && lost == nil && !errors.Is(err, errDeadline) && !errors.As(err, &unfinished)
}

func (b *batch) lastAttempt(m *message) bool { return m.Attempt >= b.config.MaxAttempts }

func (b *batch) settleDirect(m *message, err, lost error) bool {
	if b.forgives(err, lost) {
		return b.ignore(m, err)
	}
	b.logFailure(m, slog.LevelError, "the invocation failed", err)
	b.set(m, failed, err)
	return false
}

func (b *batch) ignore(m *message, err error) bool {
	b.logFailure(m, slog.LevelWarn, "the item failed; IgnoreErrors takes it as done", err)
	b.set(m, ignored, err)
	return true
}

// giveBack fails an item; it becomes visible again after a while.
func (b *batch) giveBack(m *message, err error, after time.Duration) bool {
	after = min(max(after, 0), b.longest())
	b.logFailure(m, slog.LevelWarn, "the item failed and comes back", err, slog.Float64("afterSeconds", after.Seconds()))
	m.after.Store(int64(after))
	b.returns.add(m, after)
	b.set(m, failed, err)
	return false
}

// giveUp makes a dead letter of an item. Where there is no queue for it, SQS
// does so if it can; then the item comes back at once, to be counted out. With
// no dead-letter queue at all a dropped item is acknowledged, as its handler
// wants, but one that merely failed too often goes on coming back until the
// queue's retention ends: only a handler may decide that an item is lost.
func (b *batch) giveUp(m *message, err error, dropped bool) bool {
	switch {
	case b.config.DeadLetterQueue != "":
		return b.bury(m, err)
	case b.config.Redrive:
		b.giveBack(m, err, 0)
		return true // as a dead letter, it does not stop its group
	case dropped:
		b.logFailure(m, slog.LevelError, "the item was dropped; there is no dead-letter queue to keep it", err, slog.String("body", clip(m.body)))
		b.set(m, givenUp, err)
		return true
	}
	return b.giveBack(m, err, b.delay(m))
}

// bury sends an item to the dead-letter queue and acknowledges it. If that
// fails, the item fails.
func (b *batch) bury(m *message, err error) bool {
	e := deadLetter(m, err, b.config.DeadLetterQueue)
	result := make(chan error, 1)
	e.done = func(_ string, err error) { result <- err }
	e.doomed = func() bool { return false }
	lost := b.letters.add(e)
	if lost == nil {
		select {
		case lost = <-result:
		case <-b.closing.Done():
			lost = context.Cause(b.closing)
		}
	}
	if lost != nil {
		return b.giveBack(m, fmt.Errorf("%w (and it could not be sent to the dead-letter queue %s: %w)", err, b.config.DeadLetterQueue, lost), b.delay(m))
	}
	b.logFailure(m, slog.LevelError, "the item was sent to the dead-letter queue", err)
	b.set(m, givenUp, err)
	return true
}

// delay is the exponential back-off of an item.
func (b *batch) delay(m *message) time.Duration {
	return jitter(exponential(b.config.MinDelay, cmp.Or(b.config.MaxDelay, b.config.MinDelay), m.Attempt))
}

// beforeBatch is at most how long an item may have been received when its batch
// began: the longest batching window, and what Lambda takes to invoke.
const beforeBatch = 5*time.Minute + 10*time.Second

// longest is for how long an item can be held back: SQS counts its longest
// visibility timeout from when it was received, and refuses all that is longer.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
func (b *batch) longest() time.Duration {
	return wire.MaxVisibilitySeconds*time.Second - beforeBatch - time.Since(b.began)
}

// clip shortens a text for the log.
func clip(text string) string { return wire.Truncate(text, 1000) }
