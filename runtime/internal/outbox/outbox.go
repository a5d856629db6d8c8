// Package outbox carries what a job generates to SQS. It gathers messages into
// full batches, keeps the order of FIFO groups, bounds memory, finds out how many
// calls at once pay, and retries what was not accepted, until its context ends.
//
// Its promise: the Done of each accepted [Entry] is called exactly once, and
// without an error only if SQS has confirmed the message by its ID. A call that
// failed as a whole may have been carried out all the same, so its messages are
// sent again: a message may arrive twice, but none is lost in silence.
//
// It knows queues and messages, but no events of Lambda and no handlers.
//
// Start reading at [Outbox.Add]. An entry moves down the files of this package:
//
//	outbox.go   it is accepted, while there is room
//	fifo.go     on a FIFO queue it waits for the entry of its group before it
//	batch.go    it joins the batch of its queue that is being filled
//	send.go     the batch is sent, and its entries end, or are sent again
//	pace.go     how many batches are sent at once
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
	// budgetBytes bounds what a process holds of messages on their way to SQS.
	// The smallest function has 128 MB, and a body on its way exists about four
	// times (item, request, and the garbage of both).
	budgetBytes = 8 << 20
	// entryBytes is what an entry weighs in addition to its message. It bounds
	// the number of small ones: budgetBytes / entryBytes are 2,048.
	entryBytes = 4 << 10
)

// Budget bounds the memory that outboxes use together.
type Budget struct{ free *semaphore.Weighted }

// NewBudget makes a budget of 8 MiB, which 2,048 small messages exhaust.
func NewBudget() Budget { return Budget{semaphore.NewWeighted(budgetBytes)} }

// Sender sends batches to SQS. [sqs.Client] is one; see there for the contract.
type Sender interface {
	Send(ctx context.Context, queue string, messages []*sqs.Message) ([]sqs.Result, error)
}

// Entry is a message on its way to a queue. Done and Abandoned are called from
// goroutines of the outbox and must not wait for anything.
type Entry struct {
	sqs.Message
	Queue string // its URL
	Bytes int    // of body and attributes, as SQS counts; up to wire.MaxMessageBytes
	// Done is told the message's ID, or why it was not sent.
	Done func(id string, err error)
	// Abandoned reports whether the entry is of no use any more, because another
	// one of its item was lost. It is asked before an entry of a FIFO group is
	// sent, which would overtake the lost one.
	Abandoned func() bool
}

func (e *Entry) weight() int64 { return int64(entryBytes + e.Bytes) }

// ErrUnconfirmed is the error of an entry that SQS did not confirm in time.
var ErrUnconfirmed = errors.New("SQS did not confirm it before the function's deadline")

// Outbox sends messages in full batches, until its context ends. It is made with
// [New]; its methods may be called concurrently.
type Outbox struct {
	ctx    context.Context
	sender Sender
	budget Budget
	run    string // makes deduplication IDs unique

	mu       sync.Mutex
	closed   bool
	serial   int                      // of the latest deduplication ID
	groups   fifoGroups               // what waits behind an entry of its group
	partial  map[string]*partialBatch // by queue: the batch that is being filled
	ready    []*batch                 // waiting for a worker
	retrying map[*batch]*time.Timer   // waiting for their next attempt
	pace     *Pace
	workers  int
	timer    *time.Timer // sends partial batches
	armed    bool        // timer runs
	stop     func() bool // detaches from ctx
}

// New opens an outbox, which must be closed. It takes over pace, which must not be
// used elsewhere from then on.
func New(ctx context.Context, sender Sender, budget Budget, pace *Pace) *Outbox {
	pace.resume(time.Now())
	o := &Outbox{
		ctx: ctx, sender: sender, budget: budget, pace: pace, run: rand.Text(),
		groups: fifoGroups{}, partial: map[string]*partialBatch{}, retrying: map[*batch]*time.Timer{},
	}
	o.stop = context.AfterFunc(ctx, o.failWaiting)
	return o
}

// Add accepts an entry. It blocks while the budget is exhausted. An error means
// that the entry was not accepted, because the context has ended or the outbox is
// closed; Done is not called then.
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

// reason is why nothing more is sent. It is never nil: that would mean success.
func (o *Outbox) reason() error {
	if cause := context.Cause(o.ctx); cause != nil {
		return cause
	}
	return ErrUnconfirmed
}

// failWaiting fails all entries that are not on their way: the time is over.
// Calls that are on their way end with the context.
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

// Close frees what the outbox holds. No entry may be open any more, except after
// the context has ended: entries that are still open then fail.
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

// Pace returns what the outbox has learned, for the next one. It is a copy: calls
// of this outbox that were given up may still end.
func (o *Outbox) Pace() *Pace {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := *o.pace
	return &p
}
