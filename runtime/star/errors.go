package star

import (
	"errors"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
)

// Reasons of a [GenerateError], for errors.Is.
var (
	// ErrUnknownStep: the function may not generate items for the step, or
	// there is none of the name.
	ErrUnknownStep = engine.ErrUnknownStep
	// ErrNotJSON: the data cannot be encoded as JSON.
	ErrNotJSON = engine.ErrNotJSON
	// ErrTooLarge: body and attributes together are over 1 MiB.
	ErrTooLarge = engine.ErrTooLarge
	// ErrTooDeep: the chain of items would be deeper than the job's MaxDepth.
	ErrTooDeep = engine.ErrTooDeep
	// ErrDelay: the delay is out of bounds, or the step's queue is FIFO.
	ErrDelay = engine.ErrDelay
	// ErrGroup: the group has characters or a length that SQS does not take.
	ErrGroup = engine.ErrGroup
	// ErrEnded: the handler has returned already, or the time is over.
	ErrEnded = engine.ErrEnded
	// ErrNotSent: something that the item generated before was lost.
	ErrNotSent = engine.ErrNotSent
)

// GenerateError says why [Generate] did not take an invocation, and what it
// would take.
type GenerateError struct {
	Step string // of the invocation
	err  error
}

// Error names the step, what is wrong, and what is allowed.
func (e *GenerateError) Error() string { return e.err.Error() }

// Unwrap leads to the reason, one of the Err variables, and to its cause.
func (e *GenerateError) Unwrap() error { return e.err }

func refused(step string, err error) error { return &GenerateError{Step: step, err: err} }

// Drop is for a handler to return when it gives up on its item: the item goes
// to the dead-letter queue now, with err beside it, and is not tried again.
// Without a dead-letter queue it is logged and gone. Drop never returns nil, and
// may be wrapped in other errors.
func Drop(err error) error {
	if err == nil {
		err = errors.New("dropped")
	}
	return &engine.Drop{Err: err}
}

// RetryAfter is for a handler to return when its item should come back after d,
// 0 to 12 hours, in place of the usual back-off. It counts as an attempt: the
// last one leads to the dead-letter queue. RetryAfter never returns nil, and may
// be wrapped in other errors.
//
// A message cannot stay invisible for more than 12 hours after it was received,
// which may be five minutes before its batch began: d is cut to what is left.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
func RetryAfter(d time.Duration, err error) error {
	if err == nil {
		err = errors.New("to be tried again after " + d.String())
	}
	return &engine.RetryAfter{After: d, Err: err}
}
