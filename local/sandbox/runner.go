package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// A Runner invokes one function. It is made by [Host.Register]. All its methods
// may be called concurrently.
type Runner struct {
	host        *Host
	function    Function
	environment map[string]string
	arn         string
	about       []byte // what extensions are told of the function

	// mu guards what follows, and what the processes and their invocations
	// change.
	mu        sync.Mutex
	processes map[*process]struct{}
	idle      []*process      // the most recently used last
	finishing int             // processes that have answered and will poll again in a moment
	waiting   []chan *process // the longest waiting first
	closed    bool
	stats     Stats
}

func newRunner(h *Host, f Function) *Runner {
	about, _ := json.Marshal(map[string]string{
		"functionName": f.Name, "functionVersion": version, "handler": f.Handler,
	}) // texts always can be encoded
	return &Runner{
		host: h, function: f, environment: h.environment(f), about: about,
		arn:       "arn:aws:lambda:" + h.config.Region + ":" + h.config.AccountID + ":function:" + f.Name,
		processes: map[*process]struct{}{},
	}
}

// invokedARN is the ARN that the function was invoked by.
func (r *Runner) invokedARN(qualifier string) string {
	if qualifier == "" {
		return r.arn
	}
	return r.arn + ":" + qualifier
}

// Stats count what became of a function's invocations.
type Stats struct {
	ColdStarts  int // processes started
	Invocations int // ended with a Result
	Errors      int // of them, with a function error
	Timeouts    int // of these, because they were over their time
}

// Stats returns the present counts.
func (r *Runner) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stats
}

// Invoke runs one invocation and returns how it ended. It uses an idle process,
// or starts one, or waits while Concurrency processes are busy. An error means
// that there is no result: a payload that is too large ([*TooLargeError]), no
// process within the Patience ([ErrThrottled]), the
// context's cause after it was cancelled, which also kills the process that
// worked on the event, [ErrClosed], or a machine out of resources.
func (r *Runner) Invoke(ctx context.Context, in Invocation) (Result, error) {
	if len(in.Payload) > MaxPayloadBytes {
		return Result{}, &TooLargeError{len(in.Payload)}
	}
	waiting, enough := ctx, func() {}
	if in.Patience > 0 {
		waiting, enough = context.WithTimeoutCause(ctx, in.Patience, ErrThrottled)
	}
	defer enough()
	i, err := r.work(waiting, ctx, in, false)
	if err != nil {
		return Result{}, err
	}
	r.count(i)
	if i.err == nil && in.Tail {
		i.record.report(i, r.function.MemorySize)
		i.result.Log = i.record.tail()
	}
	return i.result, i.err
}

// Start makes sure that the function can start: it starts a process, which then
// waits for an event, unless one does so already. A Result with a FunctionError
// says why the function cannot; it counts as no invocation. Errors are those of
// [Runner.Invoke].
func (r *Runner) Start(ctx context.Context) (Result, error) {
	i, err := r.work(ctx, ctx, Invocation{}, true)
	if err != nil {
		return Result{}, err
	}
	return i.result, i.err
}

// work has a process work on an invocation, or on a probe, until it is answered.
// A process that has not asked for an event in time is started again, once, with
// the function's timeout for that: so does Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
func (r *Runner) work(waiting, ctx context.Context, in Invocation, probe bool) (*invocation, error) {
	slow := false
	for {
		p, err := r.acquire(waiting)
		if err != nil {
			return nil, err
		}
		i := newInvocation(in)
		i.probe, i.slow = probe, slow
		p.work(ctx, i)
		switch {
		case errors.Is(i.err, errSlow):
			slow, waiting = true, ctx
			r.function.Log(Line{Stderr: true, Text: fmt.Appendf(nil, "the process asked for no event within %g seconds; as Lambda does, another one is started, and has the function's timeout of %g seconds for that",
				r.host.initLimit.Seconds(), r.function.Timeout.Seconds())})
		case !errors.Is(i.err, errUndelivered):
			return i, nil
		}
	}
}

// close refuses further work, fails those who wait, and returns the processes.
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
	if i.timeout {
		r.stats.Timeouts++
	}
}
