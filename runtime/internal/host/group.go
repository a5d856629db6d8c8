package host

import "context"

// group is calls that began together.
type group struct {
	*process
	ctx     context.Context
	members []call

	// Guarded by process.mu.
	left int         // that the host has not ended
	stop func() bool // lets ctx be
}

// open hands items to the process when that is ready for them: all, or none if
// there is an error.
func (p *process) open(ctx context.Context, tasks []Task) error {
	if err := p.await(ctx); err != nil {
		return err
	}
	waited := p.settle(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.replaced, // and dead by now, most likely
		p.death != nil && waited: // of an item whose time was over: none of this one's business
		return errReplaced
	case p.death != nil:
		return p.death
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	g := &group{process: p, ctx: ctx, members: make([]call, len(tasks)), left: len(tasks)}
	for i := range g.members {
		g.members[i] = call{group: g, idle: tasks[i]}
		p.register(&g.members[i])
	}
	p.outbox.add(g.append)
	g.stop = context.AfterFunc(ctx, g.abandon)
	return nil
}

// register gives a call its number, which no other call of the process has. The
// caller holds mu.
func (p *process) register(c *call) {
	p.last++
	c.id = p.last
	p.calls[c.id] = c
}

func (g *group) append(to []byte) []byte {
	for i := range g.members {
		c := &g.members[i]
		to = appendCall(to, c.id, c.idle.Meta(), c.idle.Data())
	}
	return to
}

// over hears that the host has ended one of the calls. The caller holds mu.
func (g *group) over() {
	if g.left--; g.left == 0 {
		g.stop()
	}
}

// abandon gives up, when ctx has ended, the calls that no goroutine serves.
func (g *group) abandon() {
	cause := context.Cause(g.ctx)
	for i := range g.members {
		c := &g.members[i]
		g.mu.Lock()
		task := c.idle
		givenUp := task != nil && c.giveUp(cause)
		g.mu.Unlock()
		if givenUp {
			task.Done(cause)
		}
	}
}
