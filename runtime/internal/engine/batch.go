package engine

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/outbox"
)

// Work processes items. It is a [Handler] or a [Starter].
type Work interface {
	// start starts items of a batch, all at once. The items behind them in their
	// FIFO groups are started when they have ended. It may block until there is
	// room for them.
	start(b *batch, items []*item)
}

// batch is the work of one invocation.
type batch struct {
	config      *Config
	work        Work
	compose     *composer
	items       []item
	began       time.Time
	ctx         context.Context    // of the handlers; ends at the cut-off
	closing     context.Context    // of dead letters and visibility changes; ends after ctx
	stop        context.CancelFunc // ends ctx
	cancel      context.CancelFunc // ends closing
	out         *outbox.Outbox     // of generated items
	deadLetters *outbox.Outbox
	visibility  visibilityChanges // of failed items
	log         itemLog
	running     atomic.Int64 // handlers that have not ended

	mu     sync.Mutex
	open   int // items without an outcome
	closed bool
	done   chan struct{} // closed when open is 0
	err    error         // of a direct invocation
}

// run handles all items. It returns when each item has an outcome, or shortly
// before the function's deadline.
func (b *batch) run() {
	b.work.start(b, heads(b.items))
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
}

// cutOff fails all items whose handlers are still running. Their handlers can no
// longer decide the outcome.
func (b *batch) cutOff() {
	time.AfterFunc(maxMargin/2, b.cancel) // for an invocation that is cancelled, or has no deadline
	for at := range b.items {
		if i := &b.items[at]; i.claim() {
			i.sends.end(errDeadline)
			go b.settle(i, errDeadline)
		}
	}
}

// setOutcome sets the outcome of an item, unless it has one or the batch is closed.
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
