package engine

import (
	"context"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// start begins all lanes. There is a goroutine for each, so that no item waits
// for another; one whose handler was quick takes a lane that has not begun,
// because its stack has grown already, which is dear.
func (h Handler) start(b *batch, lanes [][]*message) {
	b.running.Add(int64(len(lanes)))
	var next atomic.Int64
	for range lanes {
		go func() {
			for i := next.Add(1); i <= int64(len(lanes)); i = next.Add(1) {
				h.run(b, lanes[i-1])
			}
		}()
	}
}

// run runs the handler for the first item of a lane. What comes after it is
// deferred, so that it comes after a panic and after runtime.Goexit too.
func (h Handler) run(b *batch, lane []*message) {
	m := lane[0]
	if !b.begins(lane) {
		return
	}
	err := errExited
	defer func() {
		if value := recover(); value != nil {
			err = &Panic{Value: value, Stack: debug.Stack()}
		}
		b.ended(lane, err)
	}()
	ctx := context.WithValue(b.ctx, itemKey{}, m.Item)
	err = h(ctx, []byte(m.body), func(i Invocation) error { return b.generate(m, i) })
}

// begins notes that the first item of a lane is begun, unless it was cut off
// before.
func (b *batch) begins(lane []*message) bool {
	if lane[0].claimed.Load() {
		b.running.Add(-1)
		b.goOn(lane, false)
		return false
	}
	lane[0].started.Store(int64(time.Since(b.began)) + 1)
	return true
}

// ended hears that the first item of a lane has ended.
func (b *batch) ended(lane []*message, err error) { b.goOn(lane, b.finish(lane[0], err)) }

// goOn begins what comes after the first item of a lane, if it may.
func (b *batch) goOn(lane []*message, may bool) {
	switch rest := lane[1:]; {
	case len(rest) == 0:
	case may:
		go b.work.start(b, [][]*message{rest})
	default:
		b.skip(rest, time.Duration(lane[0].after.Load()))
	}
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
	stopped := b.ctx.Err() != nil
	m.sends.wait(b.closing)
	return b.conclude(m, err, stopped)
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
