// Package startest tests handlers: it runs one with an item, in the runtime's
// own engine but without a network, and tells what it generated and how it
// ended.
//
//	func TestPlan(t *testing.T) {
//		r := startest.Run(t, Plan.Handle(plan), 3)
//		if got := startest.Items(t, r, Square); !slices.Equal(got, []int{0, 1, 2}) {
//			t.Errorf("plan generated %v", got)
//		}
//	}
package startest

import (
	"context"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
	"github.com/serverless-star/starjob/runtime/star"
)

// Run delivers an item to a handler, as bound by [star.Step.Handle], and waits
// for its outcome. data is encoded as JSON, as it would be on its way through a
// queue. The test fails at once if data or the handler cannot be used; what the
// handler does is for the test to judge.
func Run(t testing.TB, handler star.Option, data any, opts ...Option) Result {
	t.Helper()
	return newDelivery(t, handler, data, opts).run(t)
}

// Twice delivers the same item twice, as a queue may: the message ID stays, and
// the second attempt counts one more. A handler whose effects are idempotent
// leaves the world the same after both.
func Twice(t testing.TB, handler star.Option, data any, opts ...Option) (first, second Result) {
	t.Helper()
	d := newDelivery(t, handler, data, opts)
	first = d.run(t)
	d.attempt++
	return first, d.run(t)
}

// delivery is an item on its way to a handler.
type delivery struct {
	settings
	step    string
	handler engine.Handler
	body    string
}

func newDelivery(t testing.TB, handler star.Option, data any, opts []Option) *delivery {
	t.Helper()
	d := &delivery{settings: defaults()}
	for _, o := range opts {
		o(&d.settings)
	}
	var program engine.Program
	handler.(engine.Registration).Register(&program)
	var err error
	if d.step, d.handler, err = program.Only(); err != nil {
		t.Fatalf("startest: %v", err)
	}
	body, err := json.Marshal(data)
	if err != nil {
		t.Fatalf("startest: the item cannot be encoded: %v", err)
	}
	d.body = string(body)
	return d
}

func (d *delivery) run(t testing.TB) Result {
	t.Helper()
	ctx := d.ctx
	if d.within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d.within)
		defer cancel()
	}
	watch := &watch{depth: d.depth + 1}
	sqs := &fakeSQS{}
	log := engine.NewLog(t.Output(), "WARN")
	reply, err := engine.New(d.config(), watch.wrap(d.handler), sqs, log, io.Discard).Invoke(ctx, d.event())
	if err != nil {
		t.Fatalf("startest: %v", err)
	}
	result := watch.result()
	result.Outcome, result.After = sqs.outcome(string(reply) != nothingFailed, result.Err)
	return result
}

// nothingFailed is the reply to a batch without failures.
const nothingFailed = `{"batchItemFailures":[]}`

// Outcome is what becomes of an item.
type Outcome string

// Outcomes of an item.
const (
	// Done: the item is deleted from its queue.
	Done Outcome = "done"
	// Ignored: the handler failed, and the item is done by [IgnoreErrors].
	Ignored Outcome = "ignored"
	// Retried: the item comes back, after [Result.After].
	Retried Outcome = "retried"
	// Dead: the item is sent to the dead-letter queue, because the handler
	// dropped it or this was the last attempt.
	Dead Outcome = "dead"
)

// Result is what a handler did with an item.
type Result struct {
	// Outcome is what becomes of the item.
	Outcome Outcome
	// After is the delay before a retry, in whole seconds. Unless the handler
	// asked for one it is random within bounds.
	After time.Duration
	// Err is what the handler returned or, if it did not return, what happened
	// instead.
	Err error
	// Generated is what the handler generated, in the order of its calls.
	Generated []Generated
}

// Generated is an item that a handler generated.
type Generated struct {
	Step  string
	Data  json.RawMessage
	Delay time.Duration
	Group string // as given to generate; may be empty
	Depth int    // generations since the kick-off
}

// Items returns what was generated for a step, decoded, in order. The test fails
// at once if an item is not of the step's type.
func Items[T any](t testing.TB, r Result, step star.Step[T]) []T {
	t.Helper()
	var zero T
	name := step.With(zero).Step
	var items []T
	for i, g := range r.Generated {
		if g.Step != name {
			continue
		}
		var item T
		if err := json.Unmarshal(g.Data, &item); err != nil {
			t.Fatalf("startest: item %d, for the step %s, is %s: %v", i, name, g.Data, err)
		}
		items = append(items, item)
	}
	return items
}
