package engine

import (
	"context"
	"sync/atomic"
	"time"
)

// Item tells a handler about the item that it works on.
type Item struct {
	Job, Step string
	MessageID string    // empty on a direct invocation
	Attempt   int       // 1 for the first
	Depth     int       // generations since the kick-off
	FirstSent time.Time // when it was sent; zero on a direct invocation
}

type itemKey struct{}

// FromContext returns the item that a handler's context belongs to, or a zero
// Item.
func FromContext(ctx context.Context) Item {
	item, _ := ctx.Value(itemKey{}).(Item)
	return item
}

// message is an item with its envelope.
type message struct {
	Item
	body       string
	receipt    string // empty on a direct invocation
	group      string
	fifo       bool // from a FIFO queue, so that its group is kept in order
	attributes []Attribute

	// claimed is set by whoever decides the item's outcome: the goroutine of
	// its handler, or the batch at the cut-off.
	claimed atomic.Bool
	sends   sends
	started atomic.Int64 // nanoseconds since the batch began, plus one; 0: not started
	took    atomic.Int64 // nanoseconds that its handler ran; 0: has not ended
	after   atomic.Int64 // nanoseconds until it comes back, once it has failed
	outcome outcome      // guarded by the batch's mutex
}

func (m *message) claim() bool { return m.claimed.CompareAndSwap(false, true) }

func (m *message) direct() bool { return m.receipt == "" && m.MessageID == "" }

// outcome is what became of an item.
type outcome uint8

const (
	open      outcome = iota // not decided: counts as failed
	succeeded                // done
	ignored                  // failed, and done by IgnoreErrors
	givenUp                  // failed, and acknowledged: it is a dead letter, or was dropped
	failed                   // comes back
)

// acknowledged tells whether the item may be deleted from its queue.
func (o outcome) acknowledged() bool { return o == succeeded || o == ignored || o == givenUp }
