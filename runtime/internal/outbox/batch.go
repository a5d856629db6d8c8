package outbox

import (
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// linger is how long a batch that is not full waits for more entries.
const linger = 5 * time.Millisecond

// batch is the entries of one SendMessageBatch call. Each entry is a message.
type batch struct {
	queue    string
	entries  []*Entry
	attempts int // failed ones
}

// partialBatch is the batch of a queue that is being filled.
type partialBatch struct {
	queue   string
	entries []*Entry
	bytes   int
}

// load adds an entry to the partial batch of its queue, and sends the batch when it is
// full. Entries become messages of a batch here, so code that puts several entries into
// one message belongs here.
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

// arm starts the timer that sends partial batches.
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

// Flush sends partial batches now. Otherwise the outbox sends them after 5 ms. Call
// Flush when no more entries are expected.
func (o *Outbox) Flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.armed = false
	for _, p := range o.partial {
		o.seal(p)
	}
}

// flushQueue sends the partial batch of a FIFO queue after a batch has ended. Its
// entries have waited for the entire call, and should not wait for more entries.
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

// seal hands a partial batch to the workers and starts a new one.
func (o *Outbox) seal(p *partialBatch) {
	if len(p.entries) == 0 {
		return
	}
	o.enqueue(&batch{queue: p.queue, entries: p.entries})
	p.entries, p.bytes = nil, 0
}
