package outbox

import (
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// linger is how long a batch that is not full waits for more entries.
const linger = 5 * time.Millisecond

// batch is the entries of one SendMessageBatch. Each entry is a message.
type batch struct {
	queue    string
	entries  []*Entry
	attempts int // those that have failed
}

// partialBatch is the batch of a queue that is being filled.
type partialBatch struct {
	queue   string
	entries []*Entry
	bytes   int
}

// load puts an entry into the partial batch of its queue, which is sent when it is
// full. This is where entries become messages of a batch, and so the place for
// whatever may put several entries into one message.
func (o *Outbox) load(e *Entry) {
	p := o.partial[e.Queue]
	if p == nil {
		p = &partialBatch{queue: e.Queue}
		o.partial[e.Queue] = p
	}
	if p.bytes+e.Bytes > wire.MaxMessageBytes {
		o.seal(p)
	}
	p.entries = append(p.entries, e)
	p.bytes += e.Bytes
	if len(p.entries) == wire.MaxBatchEntries {
		o.seal(p)
	} else {
		o.arm()
	}
}

// arm makes sure that partial batches are sent soon.
func (o *Outbox) arm() {
	switch {
	case o.armed:
		return
	case o.timer == nil:
		o.timer = time.AfterFunc(linger, o.Flush)
	default:
		o.timer.Reset(linger)
	}
	o.armed = true
}

// Flush sends partial batches now. The outbox does so by itself after 5 ms; call
// Flush when there is nothing more to come.
func (o *Outbox) Flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.armed = false
	for _, p := range o.partial {
		o.seal(p)
	}
}

// flushQueue sends what has been loaded behind an ended batch of a FIFO queue: it
// has waited for a whole call, and must not wait for more entries.
func (o *Outbox) flushQueue(queue string) {
	if !wire.IsFIFO(queue) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if p := o.partial[queue]; p != nil {
		o.seal(p)
	}
}

// seal hands a partial batch to the workers and begins a new one.
func (o *Outbox) seal(p *partialBatch) {
	if len(p.entries) == 0 {
		return
	}
	o.enqueue(&batch{queue: p.queue, entries: p.entries})
	p.entries, p.bytes = nil, 0
}
