package engine

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/event"
)

// Item describes the item that a handler works on.
type Item struct {
	Job, Step string
	MessageID string    // empty on a direct invocation
	Attempt   int       // 1 for the first
	Depth     int       // generations since the kick-off
	FirstSent time.Time // when it was sent; zero on a direct invocation
}

func describe(job, step string, m *event.Message) Item {
	return Item{Job: job, Step: step, MessageID: m.MessageID, Attempt: m.Attempt, Depth: m.Depth, FirstSent: m.FirstSent}
}

type itemKey struct{}

// FromContext returns the item that a handler's context belongs to, or the zero
// Item.
func FromContext(ctx context.Context) Item {
	item, _ := ctx.Value(itemKey{}).(Item)
	return item
}

// item is the state of one item in its batch.
type item struct {
	message *event.Message
	next    *item // the one behind it in its FIFO group; nil if there is none

	// claimed is set by the goroutine that decides the item's outcome: that of
	// its handler, or the batch at the cut-off.
	claimed atomic.Bool
	sends   sends
	started atomic.Int64 // nanoseconds since the batch began, plus one; 0: not started
	took    atomic.Int64 // nanoseconds that its handler ran; 0: has not ended
	after   atomic.Int64 // nanoseconds until it is visible again, once it has failed
	outcome outcome      // guarded by the batch's mutex
}

func newItems(messages []event.Message) []item {
	items := make([]item, len(messages))
	for i := range items {
		items[i].message = &messages[i]
	}
	return items
}

// claim reports whether the caller is the first: only it may decide the outcome.
func (i *item) claim() bool { return i.claimed.CompareAndSwap(false, true) }

// duration returns how long the handler of an item has run, or -1 if it has not
// started. began is the start of the batch.
func (i *item) duration(began time.Time) time.Duration {
	started := i.started.Load()
	if started == 0 {
		return -1
	}
	if took := i.took.Load(); took > 0 {
		return time.Duration(took)
	}
	return time.Since(began) - time.Duration(started-1)
}

// heads links the items of each FIFO group, in their order, and returns the items
// that may start at once: the first of each group, and all items without a group.
func heads(items []item) []*item {
	heads := make([]*item, 0, len(items))
	last := map[string]*item{}
	for at := range items {
		i := &items[at]
		if !i.message.FIFO {
			heads = append(heads, i)
			continue
		}
		if before := last[i.message.Group]; before != nil {
			before.next = i
		} else {
			heads = append(heads, i)
		}
		last[i.message.Group] = i
	}
	return heads
}
