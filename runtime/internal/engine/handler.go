package engine

import (
	"context"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// Handler handles one item, given as JSON.
type Handler func(ctx context.Context, data []byte, generate Generate) error

// Generate accepts an item for sending. The error is a [*Refusal].
type Generate func(Invocation) error

// start starts each item in a goroutine, so that no item waits for another. A
// goroutine whose handler has returned continues with an item that has not started:
// growing a stack is expensive, and this one has already grown.
func (h Handler) start(b *batch, items []*item) {
	b.running.Add(int64(len(items)))
	var next atomic.Int64
	for range items {
		go func() {
			for i := next.Add(1); i <= int64(len(items)); i = next.Add(1) {
				h.run(b, items[i-1])
			}
		}()
	}
}

// run runs the handler of an item. The item is ended in a deferred function, which
// also runs after a panic and after runtime.Goexit.
func (h Handler) run(b *batch, i *item) {
	if !b.markStarted(i) {
		return
	}
	err := errExited
	defer func() {
		if value := recover(); value != nil {
			err = &Panic{Value: value, Stack: debug.Stack()}
		}
		b.ended(i, err)
	}()
	ctx := context.WithValue(b.ctx, itemKey{}, b.describe(i))
	err = h(ctx, []byte(i.message.Body), func(invocation Invocation) error { return b.generate(i, invocation) })
}

func (b *batch) describe(i *item) Item {
	return describe(b.config.Job, b.config.Step, i.message)
}

// markStarted notes that the handler of an item starts. It reports false if the item
// was cut off before, so that its handler must not run.
func (b *batch) markStarted(i *item) bool {
	if i.claimed.Load() {
		b.running.Add(-1)
		b.startNext(i, false)
		return false
	}
	i.started.Store(int64(time.Since(b.began)) + 1)
	return true
}

// generate accepts an invocation of an item's handler for sending.
func (b *batch) generate(i *item, invocation Invocation) error {
	entry, err := b.compose.entry(invocation, origin{i.message.Depth + 1, i.message.Group})
	if err != nil {
		return err
	}
	if lost, ended := i.sends.begin(); ended != nil {
		return tooLate(invocation.Step, ended)
	} else if lost != nil {
		return lost
	}
	entry.Done = func(_ string, err error) {
		if err != nil {
			err = notSent(invocation.Step, entry.Queue, err)
		}
		i.sends.done(err)
	}
	entry.Abandoned = i.sends.anyLost
	if err := b.out.Add(entry); err != nil {
		i.sends.undo()
		return tooLate(invocation.Step, err)
	}
	return nil
}

// ended ends an item after its handler, and continues with its FIFO group.
func (b *batch) ended(i *item, err error) { b.startNext(i, b.finish(i, err)) }

// finish decides the outcome of an item whose handler has ended, unless the cut-off
// came first. An item is complete only when everything that it generated has been
// sent. It reports whether the next item of the FIFO group may be handled.
func (b *batch) finish(i *item, err error) (mayContinue bool) {
	i.sends.end(errEnded)
	if b.running.Add(-1) == 0 {
		b.out.Flush() // no handler is left to fill the partial batches
	}
	if !i.claim() {
		return false
	}
	i.took.Store(max(1, int64(time.Since(b.began))+1-i.started.Load()))
	stopped := b.ctx.Err() != nil
	i.sends.wait(b.closing)
	return b.conclude(i, err, stopped)
}

// startNext starts the next item of a FIFO group, or skips the rest of the group.
func (b *batch) startNext(i *item, may bool) {
	switch {
	case i.next == nil:
	case may:
		go b.work.start(b, []*item{i.next})
	default:
		b.skip(i.next, time.Duration(i.after.Load()))
	}
}

// skip fails the rest of a FIFO group without handling it. The items become visible
// again together with the one that failed, which preserves their order.
func (b *batch) skip(first *item, after time.Duration) {
	for i := first; i != nil; i = i.next {
		if i.claim() {
			b.retry(i, errSkipped, after)
		}
	}
}
