package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
)

// A Runner invokes one function. [Host.Register] makes it. All methods may be
// called concurrently.
type Runner struct {
	host         *Host
	function     Function
	environment  map[string]string
	arn          string
	registration []byte // the reply to an extension that registers

	// mu guards the fields below, and the changing fields of the function's
	// processes and invocations.
	mu        sync.Mutex
	processes map[*process]struct{}
	idle      []*process      // the most recently used last
	finishing int             // processes that have responded and are expected to poll soon
	waiting   []chan *process // invocations without a process, the longest waiting first
	closed    bool
	stats     Stats
}

func newRunner(h *Host, f Function) *Runner {
	registration, _ := json.Marshal(map[string]string{
		"functionName": f.Name, "functionVersion": version, "handler": f.Handler,
	}) // strings can always be encoded
	return &Runner{
		host: h, function: f, environment: environment(h.config, f), registration: registration,
		arn:       "arn:aws:lambda:" + h.config.Region + ":" + h.config.AccountID + ":function:" + f.Name,
		processes: map[*process]struct{}{},
	}
}

// invokedARN returns the ARN that an invocation with the qualifier used.
func (r *Runner) invokedARN(qualifier string) string {
	if qualifier == "" {
		return r.arn
	}
	return r.arn + ":" + qualifier
}

// Stats counts a function's processes and the outcomes of its invocations.
type Stats struct {
	ColdStarts  int // processes started
	Invocations int // ended with a Result
	Errors      int // of Invocations, with a function error
	Timeouts    int // of Errors, because of the timeout
}

// Stats returns the current counts.
func (r *Runner) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stats
}

// Invoke runs one invocation and returns how it ended. It uses an idle process, or
// starts one, or waits while Concurrency processes are busy. An error means that
// there is no result: the payload is too large ([*TooLargeError]), no process was
// available within the WaitTimeout ([ErrThrottled]), the context was cancelled
// (its cause; the process that worked on the event is killed), the host was closed
// ([ErrClosed]), or the machine is out of resources.
func (r *Runner) Invoke(ctx context.Context, in Invocation) (Result, error) {
	if len(in.Payload) > MaxPayloadBytes {
		return Result{}, &TooLargeError{len(in.Payload)}
	}
	waitCtx, cancelWait := ctx, func() {}
	if in.WaitTimeout > 0 {
		waitCtx, cancelWait = context.WithTimeoutCause(ctx, in.WaitTimeout, ErrThrottled)
	}
	defer cancelWait()
	i, err := r.run(waitCtx, ctx, in, false)
	if err != nil {
		return Result{}, err
	}
	r.count(i)
	if i.err == nil && in.Tail {
		i.tail.report(i.RequestID, i.result.Duration, i.init, r.function.MemorySize)
		i.result.Log = i.tail.bytes()
	}
	return i.result, i.err
}

// Start checks that the function can start: it starts a process, which then waits
// for an event, unless a process already does. A Result with a FunctionError is
// why the function cannot start; it is not counted as an invocation. Errors are
// those of [Runner.Invoke].
func (r *Runner) Start(ctx context.Context) (Result, error) {
	i, err := r.run(ctx, ctx, Invocation{}, true)
	if err != nil {
		return Result{}, err
	}
	return i.result, i.err
}

// run gives an invocation, or a probe, to a process and returns it answered.
// waitCtx bounds the wait for a process, and ctx everything. If a process does not
// ask for an event within the init timeout, another one is started, once, with the
// function's timeout for its init phase, as in Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
func (r *Runner) run(waitCtx, ctx context.Context, in Invocation, probe bool) (*invocation, error) {
	initRetry := false
	for {
		p, err := r.acquire(waitCtx)
		if err != nil {
			return nil, err
		}
		i := newInvocation(in)
		i.probe, i.initRetry = probe, initRetry
		p.handle(ctx, i)
		switch {
		case errors.Is(i.err, errInitTimeout):
			initRetry, waitCtx = true, ctx
			r.function.Log(Line{Stderr: true, Text: fmt.Appendf(nil, "the process did not request an event within %g seconds; starting another, which has the function's timeout of %g seconds, as in Lambda",
				r.host.initTimeout.Seconds(), r.function.Timeout.Seconds())})
		case !errors.Is(i.err, errUndelivered):
			return i, nil
		}
	}
}

func (r *Runner) count(i *invocation) {
	if i.err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Invocations++
	if i.result.FunctionError != "" {
		r.stats.Errors++
	}
	if i.timedOut {
		r.stats.Timeouts++
	}
}

// Replace changes the function's program and folder; see [Function]. Processes of
// the old program end: idle ones now, and the others once they are idle.
func (r *Runner) Replace(command []string, dir string) error {
	command, err := program(command)
	if err != nil {
		return fmt.Errorf("the function's program cannot be run: %w", err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("the function's folder: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.function.Command, r.function.Dir = command, dir
	r.environment = maps.Clone(r.environment)
	r.environment["LAMBDA_TASK_ROOT"] = dir
	for p := range r.processes {
		p.replaced = p.phase != fresh // a process that has not started will start the new program
	}
	for _, p := range r.idle {
		p.shutDown()
	}
	r.idle = nil
	return nil
}

// close refuses further invocations, fails those that wait for a process, and
// returns the processes.
func (r *Runner) close() []*process {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, granted := range r.waiting {
		close(granted)
	}
	r.waiting = nil
	return slices.Collect(maps.Keys(r.processes))
}
