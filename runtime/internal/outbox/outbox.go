// Package outbox sends the messages that a job generates to SQS. It collects messages
// in full batches, preserves the order of FIFO groups, bounds memory, adapts the number
// of concurrent calls, and retries messages until its context ends.
//
// It guarantees that Done of each accepted [Entry] is called exactly once, and without
// an error only if SQS has confirmed the message by its ID. A call that failed may
// still have sent its messages, and they are sent again. So a message may arrive twice,
// but no message is lost without an error.
//
// The package knows queues and messages, but neither Lambda's events nor handlers.
//
// Start reading at [Outbox.Add]. An entry moves down the files of this package:
//
//	outbox.go   it is accepted, when there is room
//	fifo.go     on a FIFO queue it waits for the preceding entry of its group
//	batch.go    it is added to the partial batch of its queue
//	send.go     the batch is sent, and its entries end or are retried
//	pace.go     the number of concurrent calls is adapted
package outbox

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Bounds of memory.
const (
	// budgetBytes bounds the unsent messages that a process holds. The smallest
	// function has 128 MB, and there are about four copies of an unsent body (item,
	// request, and the garbage of both).
	budgetBytes = 8 << 20
	// entryBytes is added to the size of each message. It bounds the number of small
	// messages: budgetBytes / entryBytes is 2,048.
	entryBytes = 4 << 10
)

// Budget bounds the memory that outboxes use together.
type Budget struct{ free *semaphore.Weighted }

// NewBudget returns a budget of 8 MiB, which 2,048 small messages exhaust.
func NewBudget() Budget { return Budget{semaphore.NewWeighted(budgetBytes)} }

// Sender sends batches to SQS. [sqs.Client] implements it and documents the contract.
type Sender interface {
	Send(ctx context.Context, queue string, messages []*sqs.Message) ([]sqs.Result, error)
}

// Entry is a message to send to a queue. Done and Abandoned are called by goroutines of
// the outbox and must not block.
type Entry struct {
	sqs.Message
	Queue string // its URL
	Bytes int    // of body and attributes, as SQS counts; up to wire.MaxMessageBytes
	// Done is called with the message's ID, or with the error for which it was not
	// sent.
	Done func(id string, err error)
	// Abandoned reports whether another entry of the same item was lost. It is called
	// before an entry of a FIFO group is sent, which would overtake the lost entry.
	Abandoned func() bool
}

func (e *Entry) weight() int64 { return int64(entryBytes + e.Bytes) }

// ErrUnconfirmed is the error of an entry that SQS did not confirm in time.
var ErrUnconfirmed = errors.New("SQS did not confirm the message before the function's deadline")

// Outbox sends messages in full batches, until its context ends. Use [New] to open one.
// Its methods may be called concurrently.
type Outbox struct {
	ctx    context.Context
	sender Sender
	budget Budget
	run    string // makes deduplication IDs unique

	mu       sync.Mutex
	closed   bool
	serial   int                      // of the latest deduplication ID
	groups   fifoGroups               // entries that wait for another one of their group
	partial  map[string]*partialBatch // by queue
	ready    []*batch                 // waiting for a worker
	retrying map[*batch]*time.Timer   // waiting for their next attempt
	pace     *Pace
	workers  int
	timer    *time.Timer // sends partial batches
	armed    bool        // timer is running
	stop     func() bool // detaches from ctx
}

// New opens an outbox, which the caller must close. The outbox owns pace from then on.
func New(ctx context.Context, sender Sender, budget Budget, pace *Pace) *Outbox {
	pace.resume(time.Now())
	o := &Outbox{
		ctx: ctx, sender: sender, budget: budget, pace: pace, run: rand.Text(),
		groups: fifoGroups{}, partial: map[string]*partialBatch{}, retrying: map[*batch]*time.Timer{},
	}
	o.stop = context.AfterFunc(ctx, o.failWaiting)
	return o
}

// Add accepts an entry. It blocks while the budget is exhausted. It returns an error if
// the entry was not accepted because the context has ended or the outbox is closed.
// Then Done is not called.
func (o *Outbox) Add(e *Entry) error {
	if err := o.budget.free.Acquire(o.ctx, e.weight()); err != nil {
		return o.reason()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		o.budget.free.Release(e.weight())
		return o.reason()
	}
	if !wire.IsFIFO(e.Queue) {
		o.load(e)
		return nil
	}
	if e.Deduplication == "" {
		o.serial++
		e.Deduplication = o.run + "-" + strconv.Itoa(o.serial)
	}
	if !o.groups.wait(e) {
		o.load(e)
	}
	return nil
}

// finish ends an entry.
func (o *Outbox) finish(e *Entry, id string, err error) {
	o.budget.free.Release(e.weight())
	e.Done(id, err)
}

// reason returns why nothing more is sent. It is never nil, which would mean success.
func (o *Outbox) reason() error {
	if cause := context.Cause(o.ctx); cause != nil {
		return cause
	}
	return ErrUnconfirmed
}

// failWaiting fails all entries that are not part of a call. It is called when the
// context has ended, which also ends the calls.
func (o *Outbox) failWaiting() {
	o.mu.Lock()
	o.closed = true
	var left []*Entry
	for _, p := range o.partial {
		left = append(left, p.entries...)
	}
	for _, b := range o.ready {
		left = append(left, b.entries...)
	}
	for b, timer := range o.retrying {
		timer.Stop()
		left = append(left, b.entries...)
	}
	for _, behind := range o.groups {
		left = append(left, behind...)
	}
	clear(o.partial)
	clear(o.retrying)
	clear(o.groups)
	o.ready = nil
	o.mu.Unlock()
	for _, e := range left {
		o.finish(e, "", o.reason())
	}
}

// Close closes the outbox. All entries must have ended, unless the context has ended:
// then entries that are still open fail.
func (o *Outbox) Close() {
	if o.stop() {
		o.failWaiting()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.timer != nil {
		o.timer.Stop()
	}
}

// Pace returns a copy of the outbox's pace for the next outbox. It is a copy because
// calls of this outbox that were canceled may still end.
func (o *Outbox) Pace() *Pace {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := *o.pace
	return &p
}
