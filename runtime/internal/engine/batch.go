package engine

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// The margin before the function's deadline at which unfinished items are given
// back. Its first half is for what that takes (back-off, dead letters), its
// second for the reply. A fifth of the time keeps short timeouts useful; two
// seconds are enough for a batch of 10,000 in the slowest function.
const (
	marginShare = 5
	maxMargin   = 2 * time.Second
)

// batch is one invocation at work.
type batch struct {
	*Engine
	messages []*message
	began    time.Time
	ctx      context.Context    // of the handlers; ends at the cut-off
	closing  context.Context    // of what has to be done even after it
	stop     context.CancelFunc // ends ctx
	cancel   context.CancelFunc // ends closing
	out      *outbox            // what handlers generate
	letters  *outbox            // dead letters
	returns  *returns
	running  atomic.Int64 // handlers

	mu     sync.Mutex
	left   int // items without an outcome
	closed bool
	done   chan struct{} // closed when left is 0
	err    error         // of a direct invocation
}

func newBatch(ctx context.Context, e *Engine, messages []*message) *batch {
	b := &batch{Engine: e, messages: messages, began: time.Now(), left: len(messages), done: make(chan struct{})}
	b.closing, b.cancel = beforeReply(ctx)
	b.ctx, b.stop = beforeDeadline(ctx)
	b.out = newOutbox(b.ctx, e.sqs, e.room, e.paces.Get().(*pace))
	b.letters = newOutbox(b.closing, e.sqs, newRoom(), newPace())
	b.returns = newReturns(b)
	for _, m := range messages {
		m.Job, m.Step = e.config.Job, e.config.Step
	}
	return b
}

// margin is the time before a deadline that is kept free.
func margin(deadline time.Time) time.Duration {
	return min(max(time.Until(deadline)/marginShare, 0), maxMargin)
}

// beforeDeadline returns a context that ends a margin before ctx's deadline.
func beforeDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, deadline.Add(-margin(deadline)), errDeadline)
}

// beforeReply returns the context of what has to be done before the reply leaves,
// which ends in the middle of the margin: not even a call that hangs may hold
// the reply up, or items that are done would come back.
func beforeReply(ctx context.Context) (context.Context, context.CancelFunc) {
	after := context.WithoutCancel(ctx)
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(after)
	}
	return context.WithDeadlineCause(after, deadline.Add(-margin(deadline)/2), errDeadline)
}

// run handles all items and returns when each has its outcome, or when the time
// is over.
func (b *batch) run() {
	b.work.start(b, lanes(b.messages))
	select {
	case <-b.done:
	case <-b.ctx.Done():
		b.cut()
		select {
		case <-b.done:
		case <-b.closing.Done():
		}
	}
	b.returns.wait()
	b.end()
}

// cut takes all items that are still in a handler's hands and gives them back.
func (b *batch) cut() {
	time.AfterFunc(maxMargin/2, b.cancel) // for an invocation that is cancelled, or has no deadline
	for _, m := range b.messages {
		if m.claim() {
			m.sends.end(errDeadline)
			go b.settle(m, errDeadline)
		}
	}
}

// end closes the batch: outcomes that come later are not heard.
func (b *batch) end() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.out.close()
	b.letters.close()
	b.paces.Put(b.out.learned())
	b.stop()
	b.cancel()
	b.report()
}

// lanes splits a batch into the items that may run beside each other: each one
// for itself, or on a FIFO queue each group, in its order.
func lanes(messages []*message) [][]*message {
	all := make([][]*message, 0, len(messages))
	place := map[string]int{}
	for i, m := range messages {
		if !m.fifo {
			all = append(all, messages[i:i+1])
			continue
		}
		at, ok := place[m.group]
		if !ok {
			at = len(all)
			place[m.group] = at
			all = append(all, nil)
		}
		all[at] = append(all[at], m)
	}
	return all
}

// set gives an item its outcome.
func (b *batch) set(m *message, o outcome, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || m.outcome != open {
		return
	}
	m.outcome = o
	if m.direct() && o != succeeded && o != ignored {
		b.err = err
	}
	b.left--
	if b.left == 0 {
		close(b.done)
	}
}

// directError is the error of a direct invocation.
func (b *batch) directError() error {
	if b.messages[0].outcome == open {
		return errDeadline
	}
	return b.err
}

// failure is an item that Lambda must not delete from the queue.
type failure struct {
	ItemIdentifier string `json:"itemIdentifier"`
}

// reply lists the failed items. The list is never null, which would mean that
// nothing failed, and no identifier is empty, which would fail the batch.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (b *batch) reply() ([]byte, error) {
	failures := make([]failure, 0)
	listed := map[string]bool{} // SQS may put a message into a batch twice
	for _, m := range b.messages {
		if m.outcome.acknowledged() || listed[m.MessageID] {
			continue
		}
		if m.MessageID == "" {
			return nil, errors.New("an item failed whose record has no messageId: the whole batch has to come back")
		}
		listed[m.MessageID] = true
		failures = append(failures, failure{m.MessageID})
	}
	return json.Marshal(struct {
		Failures []failure `json:"batchItemFailures"`
	}{failures})
}
