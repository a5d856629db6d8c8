package host

import (
	"context"
	"errors"
	"time"
)

var (
	errReplaced = errors.New("another process handles its calls")
	errClosed   = errors.New("it was closed")
	errHangs    = errors.New("it was still handling items after their deadline")
	errSlow     = errors.New("it was not ready in time")
)

// acceptsCalls reports whether the process is not retired.
func (p *process) acceptsCalls() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.retired
}

// await waits until the handler is loaded. It kills a process that does not load the
// handler in time.
func (p *process) await(ctx context.Context) error {
	if p.loaded() {
		return nil
	}
	select {
	case <-p.ready:
		return nil
	case <-p.gone:
		return p.exitErr
	case <-ctx.Done():
		// Many short batches may wait for one slow start, but none of them may wait
		// for a process that hangs.
		if time.Since(p.began) > startTimeout {
			p.kill(errSlow)
		}
		return context.Cause(ctx)
	}
}

// drain waits for the ends of abandoned calls. It retires a process that does not end
// them, because it hangs and would block all further calls. It reports whether there
// were abandoned calls.
func (p *process) drain(ctx context.Context) (waited bool) {
	p.mu.Lock()
	if p.abandonedCalls > 0 && p.drained == nil {
		p.drained = make(chan struct{})
	}
	drained := p.drained
	p.mu.Unlock()
	if drained == nil {
		return false
	}
	timer := time.NewTimer(drainTimeout)
	defer timer.Stop()
	select {
	case <-drained:
	case <-ctx.Done():
	case <-timer.C:
		p.retire()
	}
	return true
}

// notifyDrained wakes the goroutines that wait in drain. The caller holds mu.
func (p *process) notifyDrained() {
	p.abandonedCalls = 0
	if p.drained != nil {
		close(p.drained)
		p.drained = nil
	}
}

// retire makes the process refuse calls, and kills it as soon as it has only abandoned
// calls.
func (p *process) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired, p.replaced = true, true
	p.killUnused()
}

// killUnused kills a retired process that has only abandoned calls. The caller holds
// mu.
func (p *process) killUnused() {
	if p.retired && len(p.calls) == p.abandonedCalls {
		p.killLocked(errHangs)
	}
}

// group is the calls of the items that a batch started together.
type group struct {
	process *process
	ctx     context.Context
	members []call

	// Guarded by the process's mu.
	left int         // calls that the host has not ended
	stop func() bool // detaches from ctx
}

// open hands items to the process when it is ready. It hands over all of them, or none
// if it returns an error.
func (p *process) open(ctx context.Context, tasks []Task) error {
	if err := p.await(ctx); err != nil {
		return err
	}
	waited := p.drain(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.replaced, // and most likely killed
		p.exitErr != nil && waited: // because of an abandoned item, not because of these
		return errReplaced
	case p.exitErr != nil:
		return p.exitErr
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	g := &group{process: p, ctx: ctx, members: make([]call, len(tasks)), left: len(tasks)}
	for i := range g.members {
		g.members[i] = call{group: g, idle: tasks[i]}
		p.register(&g.members[i])
	}
	p.frames.add(g.append)
	g.stop = context.AfterFunc(ctx, g.abandon)
	return nil
}

// register gives a call its ID, which is unique within the process. The caller holds
// mu.
func (p *process) register(c *call) {
	p.last++
	c.id = p.last
	p.calls[c.id] = c
}

// append appends the frames of the calls.
func (g *group) append(to []byte) []byte {
	for i := range g.members {
		c := &g.members[i]
		to = appendCall(to, c.id, c.idle.Meta(), c.idle.Data())
	}
	return to
}

// over notes that the host has ended one of the calls. The caller holds the process's
// mu.
func (g *group) over() {
	if g.left--; g.left == 0 {
		g.stop()
	}
}

// abandon abandons the calls that no goroutine serves. It is called when ctx ends.
func (g *group) abandon() {
	cause := context.Cause(g.ctx)
	for i := range g.members {
		c := &g.members[i]
		g.process.mu.Lock()
		task := c.idle
		abandoned := task != nil && c.abandonLocked(cause)
		g.process.mu.Unlock()
		if abandoned {
			task.Done(cause)
		}
	}
}

// loaded reports whether the handler is loaded.
func (p *process) loaded() bool {
	select {
	case <-p.ready:
		return true
	default:
		return false
	}
}
