package engine

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/event"
	"github.com/serverless-star/starjob/runtime/internal/outbox"
)

// batch is one invocation at work.
type batch struct {
	engine      *Engine
	items       []item
	began       time.Time
	ctx         context.Context    // of the handlers; ends at the cut-off
	closing     context.Context    // of what has to be done even after it
	stop        context.CancelFunc // ends ctx
	cancel      context.CancelFunc // ends closing
	out         *outbox.Outbox     // what handlers generate
	deadLetters *outbox.Outbox
	visibility  visibilityChanges // of failed items
	log         itemLog
	running     atomic.Int64 // handlers

	mu     sync.Mutex
	open   int // items without an outcome
	closed bool
	done   chan struct{} // closed when open is 0
	err    error         // of a direct invocation
}

func newBatch(ctx context.Context, e *Engine, messages []event.Message) *batch {
	b := &batch{engine: e, items: newItems(messages), began: time.Now(), open: len(messages), done: make(chan struct{})}
	b.closing, b.cancel = beforeReply(ctx)
	b.ctx, b.stop = beforeDeadline(ctx)
	b.out = outbox.New(b.ctx, e.sqs, e.budget, e.paces.Get().(*outbox.Pace))
	b.deadLetters = outbox.New(b.closing, e.sqs, outbox.NewBudget(), outbox.NewPace())
	b.log = itemLog{b.ctx, e.log, e.config.Job, e.config.Step, b.began}
	b.visibility = visibilityChanges{ctx: b.closing, sqs: e.sqs, queue: e.config.Queue, log: b.log}
	return b
}

// run handles all items and returns when each has its outcome, or when the time
// is over.
func (b *batch) run() {
	b.engine.work.start(b, heads(b.items))
	select {
	case <-b.done:
	case <-b.ctx.Done():
		b.cutOff()
		select {
		case <-b.done:
		case <-b.closing.Done():
		}
	}
	b.visibility.wait()
	b.close()
}

// cutOff takes all items whose handlers still run away from them, and fails them.
func (b *batch) cutOff() {
	time.AfterFunc(maxMargin/2, b.cancel) // for an invocation that is cancelled, or has no deadline
	for at := range b.items {
		if i := &b.items[at]; i.claim() {
			i.sends.end(errDeadline)
			go b.settle(i, errDeadline)
		}
	}
}

// setOutcome gives an item its outcome, unless it has one or the batch is closed.
func (b *batch) setOutcome(i *item, o outcome, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || i.outcome != open {
		return
	}
	i.outcome = o
	if i.message.IsDirect() && o != succeeded && o != ignored {
		b.err = err
	}
	b.open--
	if b.open == 0 {
		close(b.done)
	}
}

// close ends the batch: outcomes that come later are ignored.
func (b *batch) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.out.Close()
	b.deadLetters.Close()
	b.engine.paces.Put(b.out.Pace())
	b.stop()
	b.cancel()
	b.engine.metrics.batch(b.engine.config.Job, b.engine.config.Step, b.items, b.began)
}
