package sandbox

import (
	"context"
	"slices"
)

// acquire returns a process that is idle or has yet to be started, and waits until
// there is one.
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
		r.cancelWait(granted)
		return nil, context.Cause(ctx)
	}
}

// dispatch hands processes to the waiting invocations, as far as there are any.
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

// available returns the most recently used idle process, or a new one, or nil. A
// process that has responded will soon be idle, so for each of those one invocation
// keeps waiting rather than cause a cold start.
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

// cancelWait ends the wait for a process. If a process was granted meanwhile, it
// goes to the next waiting invocation.
func (r *Runner) cancelWait(granted chan *process) {
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
		p.becomeIdle()
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
