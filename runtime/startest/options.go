package startest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Option changes how an item is delivered.
type Option func(*settings)

// settings are those of a step as the macro writes them without further ado:
// first attempt of five, depth 0 of 1,000, errors count, and any step may be
// generated for.
type settings struct {
	ctx          context.Context
	within       time.Duration
	attempt      int
	maxAttempts  int
	depth        int
	maxDepth     int
	ignoreErrors bool
	steps        []string // nil: any
}

func defaults() settings {
	return settings{ctx: context.Background(), attempt: 1, maxAttempts: wire.DefaultMaxAttempts, maxDepth: wire.DefaultMaxDepth}
}

// Context is what the handler's context is made of.
func Context(ctx context.Context) Option { return func(s *settings) { s.ctx = ctx } }

// Within gives the function so much time. Its handlers get a little less, as in
// Lambda. Without it there is no deadline.
func Within(d time.Duration) Option { return func(s *settings) { s.within = d } }

// Attempt makes this the n-th delivery of the item, counted from 1.
func Attempt(n int) Option { return func(s *settings) { s.attempt = n } }

// MaxAttempts is the step's Retry.MaxAttempts: a failure of that attempt leads
// to the dead-letter queue.
func MaxAttempts(n int) Option { return func(s *settings) { s.maxAttempts = n } }

// Depth is how many generations the item is away from its kick-off.
func Depth(n int) Option { return func(s *settings) { s.depth = n } }

// MaxDepth is the job's MaxDepth; 0 is no limit.
func MaxDepth(n int) Option { return func(s *settings) { s.maxDepth = n } }

// IgnoreErrors sets the step's IgnoreErrors.
func IgnoreErrors() Option { return func(s *settings) { s.ignoreErrors = true } }

// Steps names the steps that the handler may generate items for; for any other
// generate returns an error, as it does in Lambda.
func Steps(names ...string) Option {
	return func(s *settings) { s.steps = append([]string{}, names...) }
}

func (d *delivery) config() engine.Config {
	return engine.Config{
		Job: "Test", Step: d.step, Queue: "queue", DeadLetterQueue: deadLetterQueue,
		MaxAttempts: d.maxAttempts, MaxDepth: d.maxDepth, IgnoreErrors: d.ignoreErrors,
		MinDelay: wire.DefaultMinDelay * time.Second, MaxDelay: wire.DefaultMaxDelay * time.Second,
		Route: d.route,
	}
}

func (d *delivery) route(step string) (string, error) {
	if d.steps == nil || slices.Contains(d.steps, step) {
		return step, nil
	}
	return "", &engine.Refusal{Step: step, Reason: engine.ErrUnknownStep, Detail: fmt.Sprintf("no such step; there is %s", strings.Join(d.steps, ", "))}
}
