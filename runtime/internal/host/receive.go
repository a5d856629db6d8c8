package host

import (
	"bufio"
	"errors"
	"fmt"
)

var errEarlyEnd = errors.New("it closed its socket")

// read passes the frames of the process to its calls, until the process closes the
// socket or violates the protocol.
func (p *process) read() error {
	from := bufio.NewReaderSize(p.conn, 64<<10)
	for {
		f, err := readFrame(from)
		if err == nil {
			err = p.handle(f)
		}
		if err != nil {
			return err
		}
	}
}

// handle handles one frame. An error means that the host is broken.
func (p *process) handle(f frame) error {
	over, err := p.handleLocked(f)
	if over != nil {
		over.Done(f.failure())
	}
	return err
}

// handleLocked is handle with mu held. It returns the task whose Done must be called,
// which must happen without the lock.
func (p *process) handleLocked(f frame) (over Task, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch f.kind {
	case kindHello:
		if p.loaded() {
			return nil, malformed("a second hello")
		}
		close(p.ready)
	case kindError:
		p.loadError = f.err
		return nil, errEarlyEnd // it is about to exit
	case kindGenerate:
		return nil, p.generated(f)
	case kindDone, kindFailed:
		return p.ended(f), nil
	}
	return nil, nil
}

// generated puts an item into its call's inbox. It waits until there is room.
func (p *process) generated(f frame) error {
	c := p.calls[f.id]
	if c != nil && (c.items > maxUnansweredItems || c.bytes > maxUnansweredBytes+maxFrame) {
		return malformed(fmt.Sprintf("more than %d unanswered items, or %d bytes of them, for one call", maxUnansweredItems, maxUnansweredBytes))
	}
	for c != nil && !c.abandoned && p.held > maxHeldBytes {
		p.room.Wait()
	}
	if c == nil || c.abandoned {
		p.tooLate(f)
		return nil
	}
	c.items++
	c.bytes += len(f.data)
	p.held += weight(f)
	c.deliver(f)
	return nil
}

// ended ends a call. An unknown call has ended before. If no goroutine serves the call,
// ended returns its task, and the caller must call Done.
func (p *process) ended(f frame) Task {
	c := p.calls[f.id]
	if c == nil {
		return nil
	}
	defer p.killUnused()
	delete(p.calls, f.id)
	c.group.over()
	switch {
	case c.idle != nil && !c.abandoned: // without unanswered items
		return c.idle
	case c.abandoned:
		if p.abandonedCalls--; p.abandonedCalls == 0 {
			p.notifyDrained()
		}
	default:
		f.early = c.items > 0
		c.deliver(f)
	}
	return nil
}
