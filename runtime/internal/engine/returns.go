package engine

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// returns changes the visibility of failed items, so that they come back after
// their back-off and not only when the queue's visibility timeout has run out.
// It does so while other items are in work. An item whose change fails comes
// back by that timeout: this is logged and nothing else.
type returns struct {
	b       *batch
	calls   sync.WaitGroup
	slots   chan struct{} // one is taken by each call that is made
	mu      sync.Mutex
	waiting []Return
	timer   *time.Timer
	closed  bool
}

// returnCalls is how many calls a batch makes at once. A function may have 1,024
// files open, sockets included, and all items of a batch of 10,000 may fail.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const returnCalls = 64

func newReturns(b *batch) *returns { return &returns{b: b} }

// add lets an item come back after a while.
func (r *returns) add(m *message, after time.Duration) {
	if m.receipt == "" || r.b.config.Queue == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.waiting = append(r.waiting, Return{m.receipt, int32(math.Ceil(after.Seconds()))})
	switch len(r.waiting) {
	case wire.MaxBatchEntries:
		r.send()
	case 1:
		if r.slots == nil {
			r.slots = make(chan struct{}, returnCalls)
		}
		r.timer = time.AfterFunc(linger, r.flush)
	}
}

func (r *returns) flush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.send()
}

// send makes one call with what is waiting.
func (r *returns) send() {
	r.timer.Stop()
	if len(r.waiting) == 0 {
		return
	}
	batch := r.waiting
	r.waiting = nil
	r.calls.Go(func() {
		ctx, cancel := context.WithTimeout(r.b.closing, callTimeout) // waiting included
		defer cancel()
		r.slots <- struct{}{}
		defer func() { <-r.slots }()
		if err := r.b.sqs.Return(ctx, r.b.config.Queue, batch); err != nil {
			r.b.log.WarnContext(r.b.ctx, "failed items come back by the queue's visibility timeout only", "queue", r.b.config.Queue, "error", err)
		}
	})
}

// wait lets everything leave and waits for it, but not beyond the closing
// deadline.
func (r *returns) wait() {
	r.mu.Lock()
	if r.timer != nil {
		r.send()
	}
	r.closed = true
	r.mu.Unlock()
	done := make(chan struct{})
	go func() { r.calls.Wait(); close(done) }()
	select {
	case <-done:
	case <-r.b.closing.Done():
	}
}
