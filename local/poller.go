package local

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/sandbox"
)

// A poller is an event source mapping at work: it gathers messages of a queue
// into batches, has the function work on them, and deletes what succeeded.
// Nothing is deleted before a good reply; what failed stays until its
// visibility timeout runs out, or for as long as the function itself chose.
type poller struct {
	*mappingPlan
	queue  *queue.Queue
	invoke func(ctx context.Context, in sandbox.Invocation) (reply []byte, err error)
	slots  chan struct{} // one for each batch that may be worked on at a time
	busy   func() (done func())
	// visibility is the queue's visibility timeout.
	visibility time.Duration
	function   string // the mark of the function in lineages
	guarded    bool   // Lambda ends its loops
	// crashed is told why a whole batch failed.
	crashed func(error)
	tally   tally
	// carried are messages that did not fit into the last event.
	carried []queue.Message
	returns time.Time // when what was last received becomes visible again
	// gathered is how many messages the batch holds that is being gathered.
	gathered atomic.Int64
}

// run polls until polling ends, then waits for the batches in work. Those end
// with working.
func (p *poller) run(polling, working context.Context) {
	var batches sync.WaitGroup
	defer batches.Wait()
	defer p.release(func(*queue.Message) bool { return true })
	if held := p.hold(); held > 0 {
		batches.Go(func() { p.scale(polling, held) })
	}
	for {
		select {
		case p.slots <- struct{}{}:
		case <-polling.Done():
			return
		}
		b, err := p.gather(polling)
		if err != nil {
			<-p.slots
			return
		}
		if p.queue.FIFO() && len(p.carried) > 0 {
			p.inOrder(working, b)
			continue
		}
		batches.Go(func() {
			defer func() { <-p.slots }()
			p.work(working, b)
		})
	}
}

// inOrder works on a batch while messages are carried that may belong to the
// same groups: they follow only after it, and not at all if one of their group
// failed.
func (p *poller) inOrder(ctx context.Context, b batch) {
	defer func() { <-p.slots }()
	groups := map[string]bool{}
	for _, m := range p.work(ctx, b) {
		groups[groupOf(&m)] = true
	}
	p.release(func(m *queue.Message) bool { return groups[groupOf(m)] })
}

// groupOf is a message's group in a FIFO queue.
func groupOf(m *queue.Message) string {
	for name, value := range m.SystemAttributes() {
		if name == "MessageGroupId" {
			return value
		}
	}
	return ""
}

// work has the function work on a batch, deletes the messages that succeeded,
// and returns the others.
func (p *poller) work(ctx context.Context, b batch) (failed []queue.Message) {
	defer p.busy()()
	reply, err := p.deliver(ctx, b)
	var succeeded []string
	if err == nil {
		succeeded, failed, err = p.divide(b.messages, reply)
	}
	var loop *LoopError
	switch {
	case errors.As(err, &loop), errors.Is(err, sandbox.ErrThrottled):
		p.crashed(err)
		return b.messages
	case err != nil:
		p.crashed(err)
		p.tally.failed.Add(int64(len(b.messages)))
		p.tally.crashed.Add(int64(len(b.messages)))
		return b.messages
	}
	p.tally.succeeded.Add(int64(len(succeeded)))
	p.tally.failed.Add(int64(len(failed)))
	if p.queue.Delete(succeeded...) != nil {
		// It took longer than the visibility timeout: a FIFO queue has gone on
		// without us, and will deliver again what was not deleted.
		return b.messages
	}
	return failed
}

// deliver has the function work on a batch. While all its processes are busy
// the batch waits, but no longer than its messages are invisible: then they
// come back, having been received once more, and another batch holds them.
func (p *poller) deliver(ctx context.Context, b batch) (reply []byte, err error) {
	all := int64(len(b.messages))
	came := lineageOfBatch(b.messages, p.function)
	if p.guarded && came.count(p.function) >= maxHops {
		p.tally.stopped.Add(all)
		return nil, &LoopError{p.functionName}
	}
	p.tally.received.Add(all)
	reply, err = p.invoke(ctx, sandbox.Invocation{
		Payload: b.event, Lineage: came.through(p.function).String(), WaitTimeout: max(1, time.Until(b.returns)),
	})
	if errors.Is(err, sandbox.ErrThrottled) {
		p.tally.received.Add(-all)
		p.tally.throttled.Add(all)
	}
	return reply, err
}

// divide tells the receipt handles of the messages that succeeded from the
// messages that the reply reports as failed. Without ReportBatchItemFailures
// the reply says nothing.
func (p *poller) divide(messages []queue.Message, reply []byte) (succeeded []string, failed []queue.Message, err error) {
	reported := map[string]bool{}
	if p.reportsFailures {
		ids, err := failures(reply, func(id string) bool { return contains(messages, id) })
		if err != nil {
			return nil, nil, err
		}
		for _, id := range ids {
			reported[id] = true
		}
	}
	succeeded = make([]string, 0, len(messages))
	for _, m := range messages {
		if reported[m.ID] {
			failed = append(failed, m)
		} else {
			succeeded = append(succeeded, m.ReceiptHandle)
		}
	}
	return succeeded, failed, nil
}

func contains(messages []queue.Message, id string) bool {
	return slices.ContainsFunc(messages, func(m queue.Message) bool { return m.ID == id })
}

// release gives back what was received but will not be worked on.
func (p *poller) release(unwanted func(*queue.Message) bool) {
	var kept []queue.Message
	for _, m := range p.carried {
		if !unwanted(&m) {
			kept = append(kept, m)
			continue
		}
		// It fails only where the message is gone, or visible already.
		_ = p.queue.ChangeVisibility(m.ReceiptHandle, 0)
	}
	p.carried = kept
}
