package host

import "context"

// Bounds of memory.
const (
	// The window of the host: so many items of one call, or bytes of them, may be
	// in the socket and in the call's inbox without an answer. A host waits before
	// it sends more; one that does not is broken.
	maxUnansweredItems = 1024
	maxUnansweredBytes = 1 << 20
	// maxHeldBytes bounds the items in all inboxes together. Beyond it nothing is
	// read from the host until a call has passed some of them on, which never waits
	// for anything that is still to be read.
	maxHeldBytes = 8 << 20
	// itemOverhead is what an item weighs in addition to its data.
	itemOverhead = 256
	// answerEvery bounds the accepted items that the host has not been told about.
	answerEvery = 64
)

type generate func(step string, data []byte, delay float64, group string) error

// call is one item that was handed to the host. It is open until the host ends it,
// even if it was abandoned before.
type call struct {
	group *group
	id    uint32

	// Guarded by the process's mu.
	idle      Task          // is told the end at once; nil when a goroutine serves the call
	wake      chan struct{} // something is in the inbox, for that goroutine
	inbox     []frame
	items     int // generated and not answered
	bytes     int
	abandoned bool // nobody waits for its end any more

	// Of the goroutine that serves the call.
	accepted uint32 // not yet answered
	refused  error  // the latest
}

// deliver puts a frame into the inbox, for a goroutine that serves the call from
// now on. The caller holds the process's mu.
func (c *call) deliver(f frame) {
	if task := c.idle; task != nil {
		c.idle, c.wake = nil, make(chan struct{}, 1)
		go func() { task.Done(c.serve(c.group.ctx, task.Generate)) }()
	}
	c.inbox = append(c.inbox, f)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// serve works through the inbox until the call has ended, or ctx.
func (c *call) serve(ctx context.Context, generate generate) error {
	for {
		select {
		case <-c.wake:
		case <-ctx.Done():
			if c.abandon(context.Cause(ctx)) {
				return context.Cause(ctx)
			}
		}
		if over, err := c.handleInbox(generate); over {
			return err
		}
	}
}

// handleInbox handles the frames in the inbox, in order, and reports whether the
// call has ended, and with which error.
func (c *call) handleInbox(generate generate) (over bool, err error) {
	for _, f := range c.takeInbox() {
		switch f.kind {
		case kindGenerate:
			c.answer(f, c.generate(f, generate))
		case kindDone:
			if f.early { // it cannot know what was refused
				return true, c.refused
			}
			return true, nil
		case kindFailed:
			return true, f.err
		case kindGone:
			return true, c.group.process.death
		}
	}
	c.sendAccepted()
	return false, nil
}

// generate passes an item on.
func (c *call) generate(f frame, generate generate) error {
	if f.huge > 0 {
		return &TooLarge{Step: f.step, Bytes: f.huge}
	}
	return generate(f.step, f.data, f.delay, f.group)
}

func (c *call) takeInbox() []frame {
	p := c.group.process
	p.mu.Lock()
	defer p.mu.Unlock()
	frames := c.inbox
	c.inbox = nil
	return frames
}

// answer notes that an item was accepted, or tells the host why not.
func (c *call) answer(f frame, err error) {
	p := c.group.process
	if err == nil {
		c.accepted++
		if c.accepted >= answerEvery {
			c.sendAccepted()
		}
	} else {
		c.sendAccepted()
		c.refused = err
		reason, step, message := p.command.Refusal(err)
		p.refuse(c.id, reason, step, message)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c.release(f)
}

// release makes room for other items. The caller holds the process's mu.
func (c *call) release(f frame) {
	c.items--
	c.bytes -= len(f.data)
	p := c.group.process
	p.held -= weight(f)
	p.room.Broadcast()
}

func weight(f frame) int { return itemOverhead + len(f.data) }

// sendAccepted tells the host how many items were accepted since the last time.
func (c *call) sendAccepted() {
	if c.accepted > 0 {
		n := c.accepted
		c.accepted = 0
		c.group.process.frames.add(func(to []byte) []byte { return appendAccepted(to, c.id, n) })
	}
}

// abandon stops waiting for the call and tells the host, unless the host has just
// ended it. It reports whether the call was open.
func (c *call) abandon(cause error) bool {
	p := c.group.process
	p.mu.Lock()
	defer p.mu.Unlock()
	return c.abandonLocked(cause)
}

// abandonLocked is abandon for a caller that holds the process's mu.
func (c *call) abandonLocked(cause error) bool {
	p := c.group.process
	if p.calls[c.id] != c {
		return false
	}
	c.abandoned = true
	p.abandonedCalls++
	waiting := c.inbox
	c.inbox = nil
	for _, f := range waiting {
		c.release(f)
		p.tooLate(f)
	}
	p.frames.add(func(to []byte) []byte { return appendCancel(to, c.id, cause.Error()) })
	p.room.Broadcast() // the reader may wait with an item of this call
	p.killUnused()
	return true
}
