package engine

import "context"

// abandon fails everything that is not on its way: the time is over. Calls that
// are on their way end with the context.
func (o *outbox) abandon() {
	o.mu.Lock()
	o.closed = true
	var left []*entry
	for _, l := range o.lanes {
		left = append(left, l.entries...)
	}
	for _, s := range o.ready {
		left = append(left, s.entries...)
	}
	for s, timer := range o.resting {
		timer.Stop()
		left = append(left, s.entries...)
	}
	for _, behind := range o.groups {
		left = append(left, behind...)
	}
	clear(o.lanes)
	clear(o.resting)
	clear(o.groups)
	o.ready = nil
	o.mu.Unlock()
	for _, e := range left {
		o.finish(e, "", o.reason())
	}
}

// finish ends an entry.
func (o *outbox) finish(e *entry, id string, err error) {
	o.room.Release(e.weight())
	e.done(id, err)
}

// reason is why nothing more is sent. It is never nil: that would mean success.
func (o *outbox) reason() error {
	if cause := context.Cause(o.ctx); cause != nil {
		return cause
	}
	return errUnconfirmed
}

// close frees what an outbox holds. Nothing may be open any more, except after
// the closing deadline, when what is open is given up.
func (o *outbox) close() {
	if o.stop() {
		o.abandon()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.timer != nil {
		o.timer.Stop()
	}
}
