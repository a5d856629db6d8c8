package engine

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

const (
	// visibilityCalls is how many calls a batch makes at once. A function may have
	// 1,024 files open, sockets included, and all items of a batch of 10,000 may
	// fail.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	visibilityCalls = 64
	// visibilityTimeout bounds one call, including the time for which it waits for
	// others.
	visibilityTimeout = 20 * time.Second
	// visibilityLinger is how long changes wait for more to share a call with.
	visibilityLinger = 5 * time.Millisecond
)

// VisibilityChanger changes the visibility of received messages. [sqs.Client] is
// one; see there for the contract.
type VisibilityChanger interface {
	ChangeVisibility(ctx context.Context, queue string, changes []sqs.VisibilityChange) error
}

// visibilityChanges changes the visibility of failed items, so that they are
// retried after their back-off and not only when the queue's visibility timeout has
// run out. It does so while other items are handled. An item whose change fails is
// retried after that timeout: this is logged and nothing else.
type visibilityChanges struct {
	ctx   context.Context // of the calls
	sqs   VisibilityChanger
	queue string // URL; empty: nothing is changed
	log   itemLog

	calls   sync.WaitGroup
	mu      sync.Mutex
	slots   chan struct{} // one is used by each call
	waiting []sqs.VisibilityChange
	timer   *time.Timer
	closed  bool
}

// add makes a received message visible again after a while.
func (v *visibilityChanges) add(receiptHandle string, after time.Duration) {
	if receiptHandle == "" || v.queue == "" {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return
	}
	v.waiting = append(v.waiting, sqs.VisibilityChange{ReceiptHandle: receiptHandle, Seconds: int32(math.Ceil(after.Seconds()))})
	switch len(v.waiting) {
	case wire.MaxBatchEntries:
		v.send()
	case 1:
		if v.slots == nil {
			v.slots = make(chan struct{}, visibilityCalls)
		}
		v.timer = time.AfterFunc(visibilityLinger, v.flush)
	}
}

func (v *visibilityChanges) flush() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.send()
}

// send makes one call with what is waiting. The caller holds mu.
func (v *visibilityChanges) send() {
	v.timer.Stop()
	if len(v.waiting) == 0 {
		return
	}
	changes := v.waiting
	v.waiting = nil
	v.calls.Go(func() {
		ctx, cancel := context.WithTimeout(v.ctx, visibilityTimeout)
		defer cancel()
		v.slots <- struct{}{}
		defer func() { <-v.slots }()
		if err := v.sqs.ChangeVisibility(ctx, v.queue, changes); err != nil {
			v.log.warn("failed items come back by the queue's visibility timeout only", "queue", v.queue, "error", err)
		}
	})
}

// wait makes the calls that are left, and waits for all of them or for the end of
// the context. What is added afterwards is ignored.
func (v *visibilityChanges) wait() {
	v.mu.Lock()
	if v.timer != nil {
		v.send()
	}
	v.closed = true
	v.mu.Unlock()
	done := make(chan struct{})
	go func() { v.calls.Wait(); close(done) }()
	select {
	case <-done:
	case <-v.ctx.Done():
	}
}
