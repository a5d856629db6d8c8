package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// start begins all lanes at once. There is a goroutine for each, so that no
// item waits for another; one whose handler was quick takes a lane that has not
// begun, because its stack has grown already, which is dear.
func (b *batch) start(lanes [][]*message) {
	b.running.Add(int64(len(lanes)))
	var next atomic.Int64
	for range lanes {
		go func() {
			for i := next.Add(1); i <= int64(len(lanes)); i = next.Add(1) {
				b.work(lanes[i-1])
			}
		}()
	}
}

// work runs the first item of a lane, and the others after it, each in a
// goroutine of its own when the one before it has ended.
func (b *batch) work(lane []*message) {
	m, rest := lane[0], lane[1:]
	b.handle(m, func(mayGoOn bool) {
		switch {
		case len(rest) == 0:
		case mayGoOn:
			b.running.Add(1)
			go b.work(rest)
		default:
			b.skip(rest, time.Duration(m.after.Load()))
		}
	})
}

// handle runs the handler for an item. What comes after it is deferred, so that
// it comes after a panic and after runtime.Goexit too.
func (b *batch) handle(m *message, then func(mayGoOn bool)) {
	if m.claimed.Load() { // cut off before it began
		b.running.Add(-1)
		then(false)
		return
	}
	err := errExited
	defer func() {
		if value := recover(); value != nil {
			err = &Panic{Value: value, Stack: debug.Stack()}
		}
		then(b.finish(m, err))
	}()
	m.started.Store(int64(time.Since(b.began)) + 1)
	ctx := context.WithValue(b.ctx, itemKey{}, m.Item)
	err = b.handler(ctx, []byte(m.body), func(i Invocation) error { return b.generate(m, i) })
}

// finish ends an item whose handler has ended, unless the batch was faster. An
// item is complete only when everything that it generated is in its queues.
func (b *batch) finish(m *message, err error) (mayGoOn bool) {
	m.sends.end(errEnded)
	if b.running.Add(-1) == 0 {
		b.out.flush() // nobody is left to fill the batches up
	}
	if !m.claim() {
		return false
	}
	m.took.Store(max(1, int64(time.Since(b.began))+1-m.started.Load()))
	if err != nil && b.ctx.Err() != nil && !errors.Is(err, errDeadline) {
		err = fmt.Errorf("%w: %w", errDeadline, err) // it was stopped, whatever it says
	}
	m.sends.wait(b.closing)
	return b.settle(m, err)
}

// skip fails the rest of a FIFO group without handling it. Its items come back
// together with the one that failed, so that their order is kept.
func (b *batch) skip(rest []*message, after time.Duration) {
	for _, m := range rest {
		if m.claim() {
			b.giveBack(m, errSkipped, after)
		}
	}
}
