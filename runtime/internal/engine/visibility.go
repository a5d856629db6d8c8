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
	// visibilityCalls is the maximum number of concurrent calls of a batch. All
	// items of a batch of 10,000 may fail, and a function may have only 1,024 open
	// files, including sockets.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	visibilityCalls = 64
	// visibilityTimeout bounds one call, including its wait for other calls.
	visibilityTimeout = 20 * time.Second
	// visibilityLinger is how long a change waits for others to share its call.
	visibilityLinger = 5 * time.Millisecond
)

// VisibilityChanger changes the visibility of received messages. [sqs.Client]
// implements it and documents the contract.
type VisibilityChanger interface {
	ChangeVisibility(ctx context.Context, queue string, changes []sqs.VisibilityChange) error
}

// visibilityChanges changes the visibility of failed items, so that they are retried
// after their back-off instead of after the queue's visibility timeout. It works
// while other items are handled. An item whose change fails is retried after that
// timeout, and the failure is only logged.
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

// add makes a received message visible again after a delay.
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

// send makes one call with the waiting changes. The caller holds mu.
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
			v.log.warn("cannot change the visibility of failed items; SQS retries them after the queue's visibility timeout", "queue", v.queue, "error", err)
		}
	})
}

// wait makes the remaining calls and waits for all calls, or for the end of the
// context. Changes that are added afterwards are ignored.
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
