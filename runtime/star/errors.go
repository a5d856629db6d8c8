package star

import (
	"errors"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
)

// Reasons of a [GenerateError], for errors.Is.
var (
	// ErrUnknownStep: the job has no step of this name, or the function may not
	// generate items for it. The step's Generates in the template lists the steps
	// that it may generate for.
	ErrUnknownStep error
	// ErrNotJSON: encoding/json cannot encode the data.
	ErrNotJSON error
	// ErrTooLarge: the encoded data and the message's attributes exceed 1 MiB
	// (1,048,576 bytes).
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
	ErrTooLarge error
	// ErrTooDeep: the item's depth would exceed the job's MaxDepth.
	ErrTooDeep error
	// ErrDelay: the delay is negative or over 15 minutes, or the step's queue is
	// FIFO.
	ErrDelay error
	// ErrGroup: the group is not 1 to 128 visible ASCII characters.
	ErrGroup error
	// ErrEnded: the handler has already returned, or the item's deadline has passed.
	ErrEnded error
	// ErrNotSent: SQS did not accept an item that the handler generated before.
	ErrNotSent error
)

// The values are assigned here so that the documentation does not show them: they
// are in an internal package.
func init() {
	ErrUnknownStep, ErrNotJSON, ErrTooLarge, ErrTooDeep = engine.ErrUnknownStep, engine.ErrNotJSON, engine.ErrTooLarge, engine.ErrTooDeep
	ErrDelay, ErrGroup, ErrEnded, ErrNotSent = engine.ErrDelay, engine.ErrGroup, engine.ErrEnded, engine.ErrNotSent
}

// GenerateError is the error of [Generate] for an invocation that it refused. It
// says what is wrong and what is allowed.
type GenerateError struct {
	// Step is the step of the refused invocation. With [ErrNotSent], the item that was
	// lost may be for another step, which the text names.
	Step string
	err  error
}

// Error returns the step, what is wrong with the invocation, and what is allowed.
func (e *GenerateError) Error() string { return e.err.Error() }

// Unwrap returns the error that wraps the reason, which is one of the Err variables,
// and its cause.
func (e *GenerateError) Unwrap() error { return e.err }

func refused(step string, err error) error { return &GenerateError{Step: step, err: err} }

// Drop returns an error that drops the handler's item: the item is sent to the
// dead-letter queue at once, together with err, and is not retried. If the step has no
// dead-letter queue, the item is logged and deleted. If only SQS can send to the
// dead-letter queue, because it is outside the template, the item is first received
// again until its attempts are exhausted.
//
// Drop never returns nil, and its result may be wrapped in other errors.
func Drop(err error) error {
	if err == nil {
		err = errors.New("dropped")
	}
	return &engine.Drop{Err: err}
}

// RetryAfter returns an error that retries the handler's item after d, 0 to 12 hours,
// instead of after the usual back-off. It counts as an attempt: if it was the last
// one, the item is dead-lettered. RetryAfter never returns nil, and its result may be
// wrapped in other errors.
//
// SQS keeps a message invisible for at most 12 hours after it was received, which may
// be five minutes before its batch started. A longer d is shortened to the time that
// is left.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
func RetryAfter(d time.Duration, err error) error {
	if err == nil {
		err = errors.New("retry requested after " + d.String())
	}
	return &engine.RetryAfter{After: d, Err: err}
}
