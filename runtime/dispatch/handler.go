package dispatch

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/serverless-star/starjob/runtime/internal/engine"
	"github.com/serverless-star/starjob/runtime/internal/host"
	"github.com/serverless-star/starjob/runtime/wire"
)

// starter returns a Starter that hands the engine's items to the host.
func starter(h *host.Host) engine.Starter {
	return func(ctx context.Context, tasks []engine.Task) {
		common := meta(ctx)
		ours := make([]task, len(tasks))
		all := make([]host.Task, len(tasks))
		for i := range tasks {
			ours[i] = task{&tasks[i], &common}
			all[i] = &ours[i]
		}
		h.Start(ctx, all)
	}
}

// task is an engine.Task that implements host.Task.
type task struct {
	*engine.Task
	common *host.Meta
}

// Done ends the item with the error of its handler or of the host.
func (t *task) Done(err error) { t.Task.Done(engineError(err)) }

// Meta returns the description of the item.
func (t *task) Meta() host.Meta {
	item, m := t.Item(), *t.common
	m.MessageID, m.Attempt, m.Depth = item.MessageID, item.Attempt, item.Depth
	if !item.FirstSent.IsZero() {
		m.FirstSent = item.FirstSent.UnixMilli()
	}
	return m
}

// Generate passes an item to the engine, unless its delay is invalid.
func (t *task) Generate(step string, data []byte, delay float64, group string) error {
	after, err := delayOf(step, delay)
	if err != nil {
		return err
	}
	return t.Task.Generate(engine.Invocation{Step: step, Data: engine.JSON(data), Delay: after, Group: group})
}

// named returns errors to the caller of the function with their type names in the
// handler's language instead of Go.
type named struct{ engine.Invoker }

func (n named) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	answer, err := n.Invoker.Invoke(ctx, event)
	var typed interface{ ErrorType() string }
	if errors.As(err, &typed) {
		err = messages.InvokeResponse_Error{Message: err.Error(), Type: typed.ErrorType()}
	}
	return answer, err
}

// meta returns the metadata that all items of an invocation share.
func meta(ctx context.Context) (m host.Meta) {
	if deadline, ok := ctx.Deadline(); ok {
		m.Deadline = deadline.UnixMilli()
	}
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		m.RequestID = invocation.AwsRequestID
	}
	return m
}

func delayOf(step string, seconds float64) (time.Duration, error) {
	after, ok := duration(seconds)
	if !ok {
		return 0, &engine.Refusal{Step: step, Reason: engine.ErrDelay,
			Detail: fmt.Sprintf("invalid delay: %v seconds (allowed: 0 to %d)", seconds, wire.MaxDelaySeconds)}
	}
	return after, nil
}

// duration converts a delay in seconds, rounded up to nanoseconds. It reports false if
// SQS does not accept the delay: an integer overflow must not produce another delay.
func duration(seconds float64) (time.Duration, bool) {
	if !(seconds >= 0 && seconds <= wire.MaxDelaySeconds) { // false for NaN
		return 0, false
	}
	return time.Duration(math.Ceil(seconds * float64(time.Second))), true
}

// engineError converts an error of the host to the engine's types.
func engineError(err error) error {
	var exit *host.ProcessExit
	if errors.As(err, &exit) {
		return &engine.Unfinished{Err: exit.Err}
	}
	var e *host.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Action {
	case host.ActionDrop:
		return &engine.Drop{Err: err}
	case host.ActionRetryAfter:
		return &engine.RetryAfter{After: retryDelay(e.After), Err: err}
	}
	return err
}

// retryDelay converts the delay that a handler requests, in seconds, and limits it to
// what SQS accepts.
func retryDelay(seconds float64) time.Duration {
	if !(seconds > 0) { // true for NaN
		return 0
	}
	return time.Duration(min(seconds, wire.MaxVisibilitySeconds) * float64(time.Second))
}

// reasons has the names of refusals in JavaScript and Python.
var reasons = []struct {
	reason error
	name   string
}{
	{engine.ErrUnknownStep, "UnknownStep"},
	{engine.ErrNotJSON, "NotJSON"},
	{engine.ErrTooLarge, "TooLarge"},
	{engine.ErrTooDeep, "TooDeep"},
	{engine.ErrDelay, "Delay"},
	{engine.ErrGroup, "Group"},
	{engine.ErrNotSent, "NotSent"},
	{engine.ErrEnded, "Ended"},
}

// refusal returns what the host reports to the handler when generate refuses an item.
func refusal(err error) (reason, step, message string) {
	var huge *host.TooLarge
	if errors.As(err, &huge) {
		return "TooLarge", huge.Step, fmt.Sprintf("%v (allowed: up to %d); store large data elsewhere, such as in S3, and generate its key", err, wire.MaxMessageBytes)
	}
	var r *engine.Refusal
	if errors.As(err, &r) {
		step = r.Step
	}
	for _, known := range reasons {
		if errors.Is(err, known.reason) {
			return known.name, step, err.Error()
		}
	}
	return "NotSent", step, err.Error()
}
