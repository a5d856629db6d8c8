// Package star is the API for programs that handle the steps of a StarJob job. A
// program declares the job's steps, binds a handler to each, and calls [Start].
//
//	var (
//		Plan   = star.NewStep[int]("plan")
//		Square = star.NewStep[int]("square")
//	)
//
//	func main() { star.Start(Plan.Handle(plan), Square.Handle(square)) }
//
//	func plan(ctx context.Context, n int, generate star.Generate) error {
//		for i := range n {
//			if err := generate(Square.With(i)); err != nil {
//				return err
//			}
//		}
//		return nil
//	}
//
// One program has the handlers of all steps of a job, and StarJob deploys it once for
// each step. An item is one unit of work, carried by an SQS message. Items are
// delivered at least once: a handler may receive the same item twice.
//
// Package startest tests handlers without a network.
package star

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
)

// Handler handles one item of a step, which encoding/json has decoded into data. The
// handlers of several items run concurrently, each in its own goroutine.
//
// An item is complete when its handler has returned nil and SQS has accepted
// everything that it generated. After an error or a panic, the item is retried with
// exponential back-off. When its attempts are exhausted, it is sent to the dead-letter
// queue. Return [Drop] or [RetryAfter] to change that for one item. ctx ends
// before the function's deadline, by a fifth of the time that is left at the start, at
// most two seconds. An item that is not complete by then is retried too.
//
// With the step's IgnoreErrors, an item whose handler fails, or that cannot be
// decoded, is complete. IgnoreErrors does not apply to Drop, to RetryAfter, to items
// that are not finished before the deadline, or to generated items that were lost.
type Handler[T any] func(ctx context.Context, data T, generate Generate) error

// Generate puts items into the queues of steps. It returns when the items are accepted
// for sending. It blocks while the process holds about 2,000 unsent items or 8 MiB of
// them, so that a handler may generate millions of items in a loop. Accepted items are
// sent even if the handler fails afterwards, unless the deadline passes or, in a FIFO
// group, an earlier item was lost.
//
// Generate accepts the invocations one by one. At the first one that it refuses, it
// returns a [*GenerateError]; those before it are accepted. A handler should return
// this error. If an accepted item was lost, the handler's item fails in any case.
//
// Several goroutines of a handler may call Generate concurrently, but only until the
// handler returns.
type Generate func(invocations ...Invocation) error

// Invocation is an item to generate. Use [Step.With] for data whose type the compiler
// checks.
type Invocation struct {
	// Step is the name of the step that the item is for.
	Step string
	// Data is encoded with encoding/json. The encoded data and the message's
	// attributes may have up to 1 MiB.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
	Data any
	// Delay is the time until the item can be received, 0 to 15 minutes. It is
	// rounded up to seconds, the unit of SQS. It must be 0 for FIFO queues.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
	Delay time.Duration
	// Group is the item's message group ID, 1 to 128 visible ASCII characters, or
	// empty.
	//
	// On a FIFO queue, the items of a group stay in order and are sent one after the
	// other. An item without a Group joins the group of the item that generates it
	// or, if that has none, a group with the step's name. On other queues, groups
	// are tenants, and SQS shares the queue fairly between them.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
	Group string
}

// Step is a step of the job whose items have type T. Use [NewStep] to declare one.
type Step[T any] struct{ name string }

// NewStep declares a step. name is the step's name in the template.
//
// If the template sets the step's Handler, StarJob looks the handler up by that value,
// but routes items by the step's name. In that case, pass the value of Handler to
// NewStep, and generate items with an [Invocation] whose Step is the step's name.
func NewStep[T any](name string) Step[T] { return Step[T]{name} }

// With returns an item of the step to generate. You can set Delay and Group of the
// result.
func (s Step[T]) With(data T) Invocation { return Invocation{Step: s.name, Data: data} }

// Handle binds a handler to the step. Pass the result to [Start].
func (s Step[T]) Handle(h Handler[T]) Option {
	if h == nil {
		return binding{s.name, nil}
	}
	return binding{s.name, func(ctx context.Context, raw []byte, generate engine.Generate) error {
		var data T
		if err := json.Unmarshal(raw, &data); err != nil {
			return fmt.Errorf("cannot decode the item into %v: %w", reflect.TypeFor[T](), err)
		}
		return h(ctx, data, generator(generate))
	}}
}

// generator returns the engine's generate with the types of this package.
func generator(generate engine.Generate) Generate {
	return func(invocations ...Invocation) error {
		for _, i := range invocations {
			if err := generate(engine.Invocation(i)); err != nil {
				return refused(i.Step, err)
			}
		}
		return nil
	}
}

// Option is an argument of [Start]: a handler that [Step.Handle] has bound to its
// step.
type Option interface{ register(*engine.Program) }

// binding is a handler with the name that it is registered under. It is an
// [engine.Registration] for package startest, which cannot call register.
type binding struct {
	name    string
	handler engine.Handler
}

func (b binding) register(p *engine.Program) { b.Register(p) }

func (b binding) Register(p *engine.Program) { p.Register(b.name, b.handler) }
