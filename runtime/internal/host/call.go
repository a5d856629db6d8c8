package host

import "context"

// Bounds of memory.
const (
	// The window of the host: the maximum number of items of one call, and of their
	// bytes, that may be unanswered in the socket and in the call's inbox. A host
	// waits before it sends more. A host that does not wait is broken.
	maxUnansweredItems = 1024
	maxUnansweredBytes = 1 << 20
	// maxHeldBytes bounds the items in all inboxes together. When it is exceeded,
	// nothing is read from the host until a call has passed some items on. Passing
	// items on never waits for data that has not been read yet.
	maxHeldBytes = 8 << 20
	// itemOverhead is added to the size of an item's data.
	itemOverhead = 256
	// answerEvery is the maximum number of accepted items before the host is notified.
	answerEvery = 64
)

type generate func(step string, data []byte, delay float64, group string) error

// call is one item that was handed to the host. It is open until the host ends it,
// even if it was abandoned before.
type call struct {
	group *group
	id    uint32

	// Guarded by the process's mu.
	idle      Task          // its Done is called directly; nil if a goroutine serves the call
	wake      chan struct{} // something is in the inbox, for that goroutine
	inbox     []frame
	items     int // generated and not answered
	bytes     int
	abandoned bool // nothing waits for its end anymore

	// Of the goroutine that serves the call.
	accepted uint32 // not yet answered
	refused  error  // the latest refusal
}

// deliver puts a frame into the inbox. The first frame starts a goroutine that serves
// the call. The caller holds the process's mu.
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

// serve handles the inbox until the call or ctx has ended.
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
			if f.early { // the host did not wait for refusals
				return true, c.refused
			}
			return true, nil
		case kindFailed:
			return true, f.err
		case kindExited:
			return true, c.group.process.exitErr
		}
	}
	c.sendAccepted()
	return false, nil
}

// generate passes an item to the task.
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

// answer counts an accepted item, or reports its refusal to the host.
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

// release frees the memory of an item for others. The caller holds the process's mu.
func (c *call) release(f frame) {
	c.items--
	c.bytes -= len(f.data)
	p := c.group.process
	p.held -= weight(f)
	p.room.Broadcast()
}

func weight(f frame) int { return itemOverhead + len(f.data) }

// sendAccepted reports to the host how many items were accepted since the last report.
func (c *call) sendAccepted() {
	if c.accepted > 0 {
		n := c.accepted
		c.accepted = 0
		c.group.process.frames.add(func(to []byte) []byte { return appendAccepted(to, c.id, n) })
	}
}

// abandon stops waiting for the call and notifies the host, unless the host has just
// ended the call. It reports whether the call was open.
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
