package host

import (
	"context"
	"fmt"
)

// The window of the host: so many items of one call, or bytes, may lie in the
// socket and in the call's inbox unanswered. A host waits with what is beyond;
// one that does not is broken.
const (
	windowItems = 1024
	windowBytes = 1 << 20
	// heldBytes bounds the items in all inboxes together. Beyond it nothing is
	// read from the host until a call has passed some on, which never waits for
	// anything that is still to be read.
	heldBytes = 8 << 20
	// itemBytes is what an item weighs besides its data.
	itemBytes = 256
	// answerEvery bounds the accepted items that the host has not heard of.
	answerEvery = 64
)

type generate func(step string, data []byte, delay float64, group string) error

// call is one item in the host's hands. It is open until the host ends it, even
// if it was given up.
type call struct {
	*group
	id uint32

	// Guarded by process.mu.
	idle    Task          // hears of the end at once; nil when a goroutine serves the call
	mail    chan struct{} // something is in the inbox, for that goroutine
	inbox   []frame
	items   int // generated and not answered
	bytes   int
	givenUp bool

	// Of the goroutine that serves the call.
	accepted uint32 // not yet answered
	refused  error  // the latest
}

// deliver puts a frame into the inbox, for a goroutine that serves the call from
// now on. The caller holds mu.
func (c *call) deliver(f frame) {
	if task := c.idle; task != nil {
		c.idle, c.mail = nil, make(chan struct{}, 1)
		go func() { task.Done(c.serve(c.ctx, task.Generate)) }()
	}
	c.inbox = append(c.inbox, f)
	select {
	case c.mail <- struct{}{}:
	default:
	}
}

// serve works the inbox off until the call's end, or ctx's.
func (c *call) serve(ctx context.Context, generate generate) error {
	for {
		select {
		case <-c.mail:
		case <-ctx.Done():
			if c.abandon(context.Cause(ctx)) {
				return context.Cause(ctx)
			}
		}
		if over, err := c.work(generate); over {
			return err
		}
	}
}

// work deals with what is in the inbox, in order.
func (c *call) work(generate generate) (over bool, err error) {
	for _, f := range c.take() {
		switch f.kind {
		case kindGenerate:
			c.answer(f, c.pass(f, generate))
		case kindDone:
			if f.early { // it cannot know what was refused
				return true, c.refused
			}
			return true, nil
		case kindFailed:
			return true, f.err
		case kindGone:
			return true, c.death
		}
	}
	c.accept()
	return false, nil
}

// pass gives an item to generate.
func (c *call) pass(f frame, generate generate) error {
	if f.huge > 0 {
		return &TooLarge{Step: f.step, Bytes: f.huge}
	}
	return generate(f.step, f.data, f.delay, f.group)
}

func (c *call) take() []frame {
	c.mu.Lock()
	defer c.mu.Unlock()
	frames := c.inbox
	c.inbox = nil
	return frames
}

// answer notes that an item was accepted, or tells the host why not.
func (c *call) answer(f frame, err error) {
	if err == nil {
		c.accepted++
		if c.accepted >= answerEvery {
			c.accept()
		}
	} else {
		c.accept()
		c.refused = err
		reason, step, message := c.command.Refusal(err)
		c.refuse(c.id, reason, step, message)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.release(f)
}

// release makes room for other items. The caller holds mu.
func (c *call) release(f frame) {
	c.items--
	c.bytes -= len(f.data)
	c.held -= weight(f)
	c.room.Broadcast()
}

func weight(f frame) int { return itemBytes + len(f.data) }

// accept tells the host of the items that were accepted since the last time.
func (c *call) accept() {
	if c.accepted > 0 {
		n := c.accepted
		c.accepted = 0
		c.outbox.add(func(to []byte) []byte { return appendAccepted(to, c.id, n) })
	}
}

// abandon gives the call up and tells the host, unless that has just ended it.
func (c *call) abandon(cause error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.giveUp(cause)
}

func (c *call) giveUp(cause error) bool {
	if c.calls[c.id] != c {
		return false
	}
	c.givenUp = true
	c.process.abandoned++
	waiting := c.inbox
	c.inbox = nil
	for _, f := range waiting {
		c.release(f)
		c.tooLate(f)
	}
	c.outbox.add(func(to []byte) []byte { return appendCancel(to, c.id, cause.Error()) })
	c.room.Broadcast() // the reader may wait with an item of this call
	c.bury()
	return true
}

// tooLate refuses an item that comes when its call was given up, or is over.
func (p *process) tooLate(f frame) {
	p.refuse(f.id, "Ended", f.step, fmt.Sprintf("generate %q: too late: the time for the item is over", f.step))
}

func (p *process) refuse(id uint32, reason, step, message string) {
	p.outbox.add(func(to []byte) []byte { return appendRefused(to, id, reason, step, message) })
}
