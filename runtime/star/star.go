// Package star is what a job's program is made of: steps, their handlers, and
// Start.
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
// One program holds all steps of a job, and StarJob deploys it once for each of
// them. Delivery is at least once: a handler must be able to see the same item
// twice.
package star

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
)

// Handler works on one item of a step, decoded from its JSON. Handlers of
// several items run at once, each in a goroutine of its own.
//
// An item is done when its handler has returned nil and all that it generated
// is in its queues. After an error, or a panic, it comes back after a growing
// delay, until its attempts are used up: then it goes to the dead-letter queue.
// [Drop] and [RetryAfter] ask for something else. ctx ends shortly before the
// function's deadline; an item that is not done by then comes back as well.
//
// With the step's IgnoreErrors, an item whose handler fails (or which cannot be
// decoded) is done all the same. That covers neither Drop and RetryAfter, nor an
// item that was stopped by the deadline, nor generated items that were lost.
type Handler[T any] func(ctx context.Context, data T, generate Generate) error

// Generate puts items into the queues of steps. It returns when they are
// accepted for sending, and blocks while too many are on their way: a handler
// may generate millions in a loop. What is accepted is sent even if the handler
// fails afterwards.
//
// Invocations are taken one by one. The first that cannot be ends the call with
// a [*GenerateError]; those before it are accepted. A handler should return this
// error: once something was lost its item fails anyway.
//
// Generate may be called by several goroutines of a handler, but only until the
// handler returns.
type Generate func(invocations ...Invocation) error

// Invocation is an item to generate. [Step.With] makes one with checked data.
type Invocation struct {
	// Step is the name of the step that the item is for.
	Step string
	// Data is encoded with encoding/json. The message may have 1 MiB.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
	Data any
	// Delay holds the item back, for up to 15 minutes; SQS counts in seconds,
	// and fractions are rounded up. FIFO queues have no such delay.
	Delay time.Duration
	// Group is the item's message group, up to 128 visible ASCII characters. On
	// a FIFO queue the items of a group stay in order, and are sent one after
	// the other; without a Group there, an item joins the group of the item that
	// generates it or, if that has none, a group with the step's name. On other
	// queues groups are tenants among whom SQS shares fairly.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
	Group string
}

// Step is a step of the job whose items are of type T. Make it with [NewStep].
type Step[T any] struct{ name string }

// NewStep names a step. The name is that of the template, and a [Handler] is
// registered under it.
func NewStep[T any](name string) Step[T] { return Step[T]{name} }

// With makes an item of the step's, ready to generate. Delay and Group may be
// set on the result.
func (s Step[T]) With(data T) Invocation { return Invocation{Step: s.name, Data: data} }

// Handle binds a handler to the step, for [Start].
func (s Step[T]) Handle(h Handler[T]) Option {
	if h == nil {
		return binding{s.name, nil}
	}
	return binding{s.name, func(ctx context.Context, raw []byte, generate engine.Generate) error {
		var data T
		if err := json.Unmarshal(raw, &data); err != nil {
			return fmt.Errorf("the item cannot be decoded into %v: %w", reflect.TypeFor[T](), err)
		}
		return h(ctx, data, generator(generate))
	}}
}

// generator puts star's types on the engine's generate.
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

// Option is an argument of [Start]: a handler that is bound to its step by
// [Step.Handle].
type Option interface{ register(*engine.Program) }

// binding is a handler with the name that it is registered under. It is an
// [engine.Registration] for package startest, which cannot call register.
type binding struct {
	name    string
	handler engine.Handler
}

func (b binding) register(p *engine.Program) { b.Register(p) }

func (b binding) Register(p *engine.Program) { p.Register(b.name, b.handler) }
