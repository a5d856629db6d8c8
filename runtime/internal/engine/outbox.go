package engine

import (
	"context"
	"crypto/rand"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/serverless-star/starjob/runtime/wire"
)

const (
	// roomBytes bounds what a process holds of items on their way to SQS. The
	// smallest function has 128 MB, and a body on its way exists about four
	// times (item, request, and the garbage of both).
	roomBytes = 8 << 20
	// entryBytes is what an entry weighs besides its body. It bounds the number
	// of small items: roomBytes / entryBytes are 2,048.
	entryBytes = 4 << 10
	// linger is how long a batch that is not full waits for more.
	linger = 5 * time.Millisecond
	// callTimeout bounds one call: a connection that has died must not hold its
	// items until the deadline.
	callTimeout = 20 * time.Second
)

func newRoom() *semaphore.Weighted { return semaphore.NewWeighted(roomBytes) }

// entry is a message on its way to a queue.
type entry struct {
	Message
	queue  string
	bytes  int                        // as SQS counts
	done   func(id string, err error) // called once
	doomed func() bool                // its item has lost another: it would be sent in vain
}

func (e *entry) weight() int64 { return int64(entryBytes + e.bytes) }

// outbox sends messages in full batches, until its context ends. Entries are
// accepted while there is room, and each one's done is called exactly once.
type outbox struct {
	ctx  context.Context
	sqs  SQS
	room *semaphore.Weighted
	run  string // makes deduplication IDs unique

	mu      sync.Mutex
	closed  bool
	serial  int
	lanes   map[string]*lane      // by queue: the batch that is being filled
	groups  map[groupKey][]*entry // FIFO: what waits behind an entry of its group
	ready   []*shipment           // waiting for a connection
	resting map[*shipment]*time.Timer
	pace    *pace
	workers int
	timer   *time.Timer
	armed   bool
	stop    func() bool
}

type groupKey struct{ queue, group string }

// lane is the batch of a queue that is being filled.
type lane struct {
	queue   string
	entries []*entry
	bytes   int
}

func newOutbox(ctx context.Context, sqs SQS, room *semaphore.Weighted, pace *pace) *outbox {
	pace.resume(time.Now())
	o := &outbox{
		ctx: ctx, sqs: sqs, room: room, pace: pace, run: rand.Text(),
		lanes: map[string]*lane{}, groups: map[groupKey][]*entry{}, resting: map[*shipment]*time.Timer{},
	}
	o.stop = context.AfterFunc(ctx, o.abandon)
	return o
}

// add accepts an entry. It blocks while there is no room. An error means that
// the entry was not accepted, and done is not called.
func (o *outbox) add(e *entry) error {
	if err := o.room.Acquire(o.ctx, e.weight()); err != nil {
		return o.reason()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		o.room.Release(e.weight())
		return o.reason()
	}
	if !wire.IsFIFO(e.queue) {
		o.load(e)
		return nil
	}
	if e.Deduplication == "" {
		o.serial++
		e.Deduplication = o.run + "-" + strconv.Itoa(o.serial)
	}
	key := groupKey{e.queue, e.Group}
	if behind, busy := o.groups[key]; busy {
		o.groups[key] = append(behind, e)
		return nil
	}
	o.groups[key] = nil
	o.load(e)
	return nil
}

// load puts an entry into its queue's batch, which leaves when it is full.
func (o *outbox) load(e *entry) {
	l := o.lanes[e.queue]
	if l == nil {
		l = &lane{queue: e.queue}
		o.lanes[e.queue] = l
	}
	if l.bytes+e.bytes > wire.MaxMessageBytes {
		o.ship(l)
	}
	l.entries = append(l.entries, e)
	l.bytes += e.bytes
	if len(l.entries) == wire.MaxBatchEntries {
		o.ship(l)
	} else {
		o.arm()
	}
}

// arm sees to it that part-full batches leave soon.
func (o *outbox) arm() {
	switch {
	case o.armed:
		return
	case o.timer == nil:
		o.timer = time.AfterFunc(linger, o.flush)
	default:
		o.timer.Reset(linger)
	}
	o.armed = true
}

// flush lets part-full batches leave.
func (o *outbox) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.armed = false
	for _, l := range o.lanes {
		o.ship(l)
	}
}

// ship lets a queue's batch leave.
func (o *outbox) ship(l *lane) {
	if len(l.entries) == 0 {
		return
	}
	o.post(&shipment{queue: l.queue, entries: l.entries})
	l.entries, l.bytes = nil, 0
}
