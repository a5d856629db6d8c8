// Package startest tests handlers. It runs a handler with an item in StarJob's
// engine, but without a network, and returns the generated items and the outcome.
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

// Run delivers an item to a handler that [star.Step.Handle] has bound to its step, and
// waits for the outcome. data is encoded as JSON, as it would be in a queue.
//
// The test fails at once if data cannot be encoded or the handler is not valid. An
// error of the handler does not fail the test; it is in the result.
func Run(t testing.TB, handler star.Option, data any, opts ...Option) Result {
	t.Helper()
	return newDelivery(t, handler, data, opts).run(t)
}

// Twice delivers the same item twice, as a queue may. Both deliveries have the same
// message ID, and the second one has the next attempt number. Use it to test that a
// handler is idempotent.
func Twice(t testing.TB, handler star.Option, data any, opts ...Option) (first, second Result) {
	t.Helper()
	d := newDelivery(t, handler, data, opts)
	first = d.run(t)
	d.attempt++
	return first, d.run(t)
}

// delivery is an item and the handler that it is delivered to.
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
		t.Fatalf("startest: cannot encode the item as JSON: %v", err)
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

// nothingFailed is the reply of a batch without failed items.
const nothingFailed = `{"batchItemFailures":[]}`

// Outcome is the outcome of an item.
type Outcome string

// Outcomes of an item.
const (
	// Done: the item is complete and deleted from its queue.
	Done Outcome = "done"
	// Ignored: the handler failed, and the item is complete because of
	// [IgnoreErrors].
	Ignored Outcome = "ignored"
	// Retried: the item is received again after [Result.After].
	Retried Outcome = "retried"
	// Dead: the item is sent to the dead-letter queue, because the handler dropped
	// it or because this was the last attempt.
	Dead Outcome = "dead"
)

// Result describes what a handler did with an item.
type Result struct {
	// Outcome is the outcome of the item.
	Outcome Outcome
	// After is the delay before a retry, rounded up to seconds; 0 for other
	// outcomes. It is random within bounds, unless the handler returned
	// [star.RetryAfter].
	After time.Duration
	// Err is the error that the handler returned. If the handler panicked, called
	// runtime.Goexit or missed the deadline, Err says so.
	Err error
	// Generated lists the items that generate accepted, in the order of the calls.
	Generated []Generated
}

// Generated is an item that a handler generated.
type Generated struct {
	Step  string
	Data  json.RawMessage
	Delay time.Duration
	Group string // as given to generate; may be empty
	Depth int    // generations since the item that started the chain
}

// Items returns the items that were generated for a step, decoded, in the order of the
// calls. The test fails at once if an item cannot be decoded into T.
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
			t.Fatalf("startest: cannot decode item %d, for step %s: %s: %v", i, name, g.Data, err)
		}
		items = append(items, item)
	}
	return items
}
