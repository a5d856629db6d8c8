package sandbox

import (
	"context"
	"encoding/json"
	"errors"
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
	for {
		p, err := r.acquire(waiting)
		if err != nil {
			return Result{}, err
		}
		i := newInvocation(in)
		p.work(ctx, i)
		if errors.Is(i.err, errUndelivered) {
			continue
		}
		r.count(i)
		if i.err == nil && in.Tail {
			i.record.report(i, r.function.MemorySize)
			i.result.Log = i.record.tail()
		}
		return i.result, i.err
	}
}

// Start makes sure that the function can start: it starts a process, which then
// waits for an event, unless one does so already. A Result with a FunctionError
// says why the function cannot; it counts as no invocation. Errors are those of
// [Runner.Invoke].
func (r *Runner) Start(ctx context.Context) (Result, error) {
	for {
		p, err := r.acquire(ctx)
		if err != nil {
			return Result{}, err
		}
		i := newInvocation(Invocation{})
		i.probe = true
		p.work(ctx, i)
		if errors.Is(i.err, errUndelivered) {
			continue
		}
		return i.result, i.err
	}
}

// acquire returns a process that is idle, or one that is yet to be started.
func (r *Runner) acquire(ctx context.Context) (*process, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	granted := make(chan *process, 1)
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return nil, ErrClosed
	}
	r.waiting = append(r.waiting, granted)
	r.dispatch()
	r.mu.Unlock()
	select {
	case p := <-granted:
		if p == nil {
			return nil, ErrClosed
		}
		return p, nil
	case <-ctx.Done():
		r.leave(granted)
		return nil, context.Cause(ctx)
	}
}

// dispatch grants processes to those who wait, as far as there are any.
func (r *Runner) dispatch() {
	for len(r.waiting) > 0 {
		p := r.available()
		if p == nil {
			return
		}
		r.waiting[0] <- p
		r.waiting = r.waiting[1:]
	}
}

// available takes the most recently used idle process, or makes a new one. A
// process that has answered will be idle in a moment: one of those who wait
// waits for it, rather than for a cold start.
func (r *Runner) available() *process {
	if last := len(r.idle) - 1; last >= 0 {
		p := r.idle[last]
		r.idle = r.idle[:last]
		return p
	}
	if len(r.processes) == r.function.Concurrency || len(r.waiting) <= r.finishing {
		return nil
	}
	p := newProcess(r)
	r.processes[p] = struct{}{}
	r.host.running.Add(1)
	return p
}

// leave is called by one who no longer waits. If it was granted a process
// meanwhile, the process goes to the next.
func (r *Runner) leave(granted chan *process) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at := slices.Index(r.waiting, granted); at >= 0 {
		r.waiting = slices.Delete(r.waiting, at, at+1)
		r.dispatch()
		return
	}
	p := <-granted
	switch {
	case p == nil: // closed
	case p.phase == fresh:
		r.remove(p)
	case p.phase == idle:
		p.idle()
	}
	r.dispatch()
}

// remove forgets a process of which nothing is left.
func (r *Runner) remove(p *process) {
	if at := slices.Index(r.idle, p); at >= 0 {
		r.idle = slices.Delete(r.idle, at, at+1)
	}
	delete(r.processes, p)
	r.host.running.Done()
	r.dispatch()
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
