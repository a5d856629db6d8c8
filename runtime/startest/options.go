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

// Option changes how [Run] and [Twice] deliver an item.
type Option func(*settings)

// settings are the settings of a step. The defaults are those of the macro: the first
// of five attempts, depth 0 of 1,000, and errors are not ignored. The handler may
// generate for any step.
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

// Context sets the parent of the handler's context. The default is
// context.Background().
func Context(ctx context.Context) Option { return func(s *settings) { s.ctx = ctx } }

// Within sets the function's timeout. The handler's context ends shortly before it,
// as in Lambda: a fifth of d, but at most two seconds. The default is no timeout.
func Within(d time.Duration) Option { return func(s *settings) { s.within = d } }

// Attempt sets the number of times that the item was received, 1 or more. The default
// is 1.
func Attempt(n int) Option { return func(s *settings) { s.attempt = n } }

// MaxAttempts sets the step's Retry.MaxAttempts. An item that fails in this attempt is
// dead-lettered. The default is 5.
func MaxAttempts(n int) Option { return func(s *settings) { s.maxAttempts = n } }

// Depth sets the number of generations between the item and the item that started the
// chain. The default is 0.
func Depth(n int) Option { return func(s *settings) { s.depth = n } }

// MaxDepth sets the job's MaxDepth; 0 means no limit. The default is 1,000.
func MaxDepth(n int) Option { return func(s *settings) { s.maxDepth = n } }

// IgnoreErrors sets the step's IgnoreErrors to true.
func IgnoreErrors() Option { return func(s *settings) { s.ignoreErrors = true } }

// Steps sets the steps that the handler may generate items for. For any other step,
// generate returns an error with [star.ErrUnknownStep], as it does in Lambda. By
// default, any step is allowed.
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
	return "", &engine.Refusal{Step: step, Reason: engine.ErrUnknownStep, Detail: fmt.Sprintf("this function may generate for %s", strings.Join(d.steps, ", "))}
}
