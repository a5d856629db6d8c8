package host

import (
	"context"
	"errors"
	"time"
)

var (
	errReplaced = errors.New("another process takes its calls")
	errClosed   = errors.New("it was closed")
	errHangs    = errors.New("it was still busy with items whose time was over")
	errSlow     = errors.New("it was not ready in time")
)

func (p *process) takesCalls() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.retired
}

// await waits until the handler is loaded.
func (p *process) await(ctx context.Context) error {
	if p.loaded() {
		return nil
	}
	select {
	case <-p.ready:
		return nil
	case <-p.gone:
		return p.death
	case <-ctx.Done():
		// Many short batches may wait for one slow start, but none of them for
		// one that hangs.
		if time.Since(p.began) > startLimit {
			p.kill(errSlow)
		}
		return context.Cause(ctx)
	}
}

// settle waits for the ends of calls that were given up, and replaces a process
// that does not end them: it hangs, or blocks all the calls that are to come. It
// tells whether there were any.
func (p *process) settle(ctx context.Context) (waited bool) {
	p.mu.Lock()
	if p.abandoned > 0 && p.quiet == nil {
		p.quiet = make(chan struct{})
	}
	quiet := p.quiet
	p.mu.Unlock()
	if quiet == nil {
		return false
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-quiet:
	case <-ctx.Done():
	case <-timer.C:
		p.retire()
	}
	return true
}

// calm wakes those who wait in settle. The caller holds mu.
func (p *process) calm() {
	p.abandoned = 0
	if p.quiet != nil {
		close(p.quiet)
		p.quiet = nil
	}
}

// retire lets the process take no more calls, and kills it when it has none but
// those that were given up.
func (p *process) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired, p.replaced = true, true
	p.bury()
}

// bury kills a retired process that nobody waits for. The caller holds mu.
func (p *process) bury() {
	if p.retired && len(p.calls) == p.abandoned {
		p.killLocked(errHangs)
	}
}
