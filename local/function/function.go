// Package function runs functions: it invokes them, reads their logs and metrics, and
// keeps their state. Functions are invoked by
// [github.com/serverless-star/starjob/local/mapping] for queues and by
// [github.com/serverless-star/starjob/local/lambda] for HTTP. Their processes belong
// to a [sandbox.Host]. [Register] and [Function.Run] are where to start
// reading.
package function

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/local/sandbox"
)

// Config describes a function to run.
type Config struct {
	Plan *plan.Function
	// Command is the function's program, and Dir is the folder that it runs in.
	Command []string
	Dir     string
	// MaxProcesses bounds the function's processes, as does its reserved
	// concurrency; at least 1.
	MaxProcesses int
	// Activity learns of a function that cannot be started, which ends the run.
	Activity *Activity
	// Log is called with the function's output line by line, except metrics. It may
	// be called concurrently.
	Log func(Line)
	// Note is called with each note for a person about the function, once.
	Note func(text string)
}

// A Function is a function that runs. All its methods may be called concurrently.
type Function struct {
	// Plan is the function in the template.
	Plan *plan.Function
	// WaitTimeout is how long a synchronous invocation waits for a process; 0 is
	// without limit.
	WaitTimeout time.Duration
	// MaxProcesses is how many of its processes run at a time.
	MaxProcesses int

	runner   *sandbox.Runner
	activity *Activity
	show     func(Line)
	note     func(string)
	metrics  metrics
	tail     tail

	mu         sync.Mutex
	started    bool // a process has started well, so the next one should too
	lastError  string
	durations  Distribution // of invocations, in milliseconds
	loopShown  bool         // the log says that Lambda would end the function's loop
	joinedOnce sync.Once    // the note that metrics have text before them
}

// Register makes a function known to a host; no process starts yet. Everything
// that Lambda would refuse about the function is reported together.
func Register(host *sandbox.Host, c Config) (*Function, error) {
	p := c.Plan
	f := &Function{Plan: p, MaxProcesses: c.MaxProcesses, activity: c.Activity, show: c.Log, note: c.Note}
	if reserved := p.ReservedConcurrency; reserved > 0 {
		f.WaitTimeout = waitTimeout(reserved, c.MaxProcesses)
		f.MaxProcesses = min(reserved, c.MaxProcesses)
	}
	var err error
	f.runner, err = host.Register(sandbox.Function{
		Name: p.Name, Command: c.Command, Dir: c.Dir, Handler: p.Handler, Runtime: p.Code.ManagedRuntime(),
		Env: p.Environment, Timeout: p.Timeout, MemorySize: p.MemorySize,
		Concurrency: f.MaxProcesses, Log: f.log,
	})
	return f, err
}

// waitTimeout is how long a synchronous invocation waits for a process. Lambda
// refuses at once what is over the reserved concurrency; the short wait is for a
// process that has answered and is about to ask for the next event. Invocations
// wait without limit if fewer processes run locally than are reserved.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
func waitTimeout(reserved, maxProcesses int) time.Duration {
	const nextEvent = 200 * time.Millisecond
	if reserved <= maxProcesses {
		return nextEvent
	}
	return 0
}

// Run runs one invocation and notes how it ended. The errors are those of
// [sandbox.Runner.Invoke].
func (f *Function) Run(ctx context.Context, in sandbox.Invocation) (sandbox.Result, error) {
	if f.Plan.ReservedConcurrency == 0 {
		return sandbox.Result{}, sandbox.ErrThrottled
	}
	result, err := f.runner.Invoke(ctx, in)
	if err != nil {
		return result, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.durations.Add(float64(result.Duration)/float64(time.Millisecond), 1)
	f.started = f.started || !result.InitError
	if result.FunctionError != "" {
		f.lastError = reasonOf(result).ErrorMessage
	}
	return result, nil
}

// Invoke runs one invocation and returns the function's answer. A failure of the
// function is an [*Error]. A [*StartError], of a function that has never started,
// ends the run.
func (f *Function) Invoke(ctx context.Context, in sandbox.Invocation) ([]byte, error) {
	result, err := f.Run(ctx, in)
	if err != nil {
		return nil, err
	}
	if result.FunctionError == "" {
		return result.Payload, nil
	}
	reply := reasonOf(result)
	f.mu.Lock()
	defer f.mu.Unlock()
	if result.InitError && !f.started {
		// Its messages would be retried until they are dead letters, each for the
		// same reason.
		err := f.startError(reply.ErrorMessage)
		f.activity.Fail(err)
		return nil, err
	}
	return nil, &Error{f.Plan.ID, reply.ErrorType, reply.ErrorMessage}
}

// RecordFailure keeps why an entire invocation failed, unless the run was ending.
func (f *Function) RecordFailure(err error) {
	if errors.Is(err, sandbox.ErrClosed) {
		return
	}
	var failure *Error
	var loop *LoopError
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lastError = err.Error()
	if errors.As(err, &loop) && !f.loopShown {
		f.loopShown = true
		f.show(Line{Function: f.Plan.ID, Stderr: true, Text: err.Error()})
	}
	if errors.As(err, &failure) {
		f.lastError = failure.Message
	}
}

// Ready starts a process and returns when it asks for an event: it will work on
// the next one. A function that cannot start is a [*StartError].
func (f *Function) Ready(ctx context.Context) error {
	result, err := f.runner.Start(ctx)
	if err != nil {
		return fmt.Errorf("function %s: %w", f.Plan.ID, err)
	}
	if result.FunctionError != "" {
		return f.startError(reasonOf(result).ErrorMessage)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.started = true
	return nil
}

// Replace makes the function run another program from now on. Busy processes finish
// their invocations first.
func (f *Function) Replace(command []string, dir string) error {
	err := f.runner.Replace(command, dir)
	f.tail.clear()
	if err != nil {
		return fmt.Errorf("%s: %w", f.Plan.Path, err)
	}
	return nil
}
