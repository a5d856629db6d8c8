package host

import (
	"bufio"
	"errors"
	"fmt"
)

var errEarlyEnd = errors.New("it closed its socket")

// read takes what the process writes to its calls, until it writes no more or
// what it writes makes no sense.
func (p *process) read() error {
	from := bufio.NewReaderSize(p.conn, 64<<10)
	for {
		f, err := readFrame(from)
		if err == nil {
			err = p.hear(f)
		}
		if err != nil {
			return err
		}
	}
}

// hear deals with one frame. An error means that the host is broken.
func (p *process) hear(f frame) error {
	over, err := p.note(f)
	if over != nil {
		over.Done(f.failure())
	}
	return err
}

// note is hear but for telling whoever hears of a call's end at once, which it
// returns.
func (p *process) note(f frame) (over Task, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch f.kind {
	case kindHello:
		if p.loaded() {
			return nil, malformed("a second hello")
		}
		close(p.ready)
	case kindError:
		p.notLoaded = f.err
		return nil, errEarlyEnd // it is about to exit
	case kindGenerate:
		return nil, p.generated(f)
	case kindDone, kindFailed:
		return p.ended(f), nil
	}
	return nil, nil
}

// generated puts an item into its call's inbox, when there is room.
func (p *process) generated(f frame) error {
	c := p.calls[f.id]
	if c != nil && (c.items > windowItems || c.bytes > windowBytes+maxFrame) {
		return malformed(fmt.Sprintf("more than %d unanswered items, or %d bytes of them, for one call", windowItems, windowBytes))
	}
	for c != nil && !c.givenUp && p.held > heldBytes {
		p.room.Wait()
	}
	if c == nil || c.givenUp {
		p.tooLate(f)
		return nil
	}
	c.items++
	c.bytes += len(f.data)
	p.held += weight(f)
	c.deliver(f)
	return nil
}

// ended ends a call. One that is not known has ended before. If no goroutine
// serves it, the caller is to tell the task that is returned.
func (p *process) ended(f frame) Task {
	c := p.calls[f.id]
	if c == nil {
		return nil
	}
	defer p.bury()
	delete(p.calls, f.id)
	c.over()
	switch {
	case c.idle != nil && !c.givenUp: // without items that have no answer
		return c.idle
	case c.givenUp:
		if p.abandoned--; p.abandoned == 0 {
			p.calm()
		}
	default:
		f.early = c.items > 0
		c.deliver(f)
	}
	return nil
}
