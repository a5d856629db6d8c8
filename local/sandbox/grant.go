package sandbox

import (
	"context"
	"slices"
)

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
