package local

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/serverless-star/starjob/cli/local/queue"
)

// A poller is an event source mapping at work: it gathers messages of a queue
// into batches, has the function work on them, and deletes what succeeded.
// Nothing is deleted before a good reply; what failed stays until its
// visibility timeout runs out, or for as long as the function itself chose.
type poller struct {
	*mappingPlan
	queue  *queue.Queue
	invoke func(ctx context.Context, event []byte) (reply []byte, err error)
	slots  chan struct{} // one for each batch that may be worked on at a time
	busy   func() (done func())
	// crashed is told why a whole batch failed.
	crashed func(error)
	tally   tally
	// carried are messages that did not fit into the last event.
	carried []queue.Message
}

// run polls until polling ends, then waits for the batches in work. Those end
// with working.
func (p *poller) run(polling, working context.Context) {
	var batches sync.WaitGroup
	defer batches.Wait()
	defer p.release(func(*queue.Message) bool { return true })
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

// batch is the messages of one invocation and the event that holds them.
type batch struct {
	messages []queue.Message
	event    []byte
}

// gather collects one batch. It waits for a first message; with a batching
// window it then waits for more until the batch or the event is full or the
// window ends, and without one it takes what is there.
func (p *poller) gather(ctx context.Context) (batch, error) {
	b := batch{event: append([]byte(nil), eventStart...)}
	var ends time.Time
	for {
		received, err := p.receive(ctx, p.batchSize-len(b.messages), p.patience(len(b.messages) > 0, ends))
		if err != nil && len(b.messages) == 0 {
			return b, err
		}
		if len(b.messages) == 0 && len(received) > 0 {
			ends = time.Now().Add(p.window)
		}
		full := p.add(&b, received)
		over := len(b.messages) > 0 && !time.Now().Before(ends)
		if full || over || err != nil {
			b.event = append(b.event, eventEnd...)
			return b, nil
		}
	}
}

// patience is how long to wait for messages.
func (p *poller) patience(begun bool, ends time.Time) time.Duration {
	const forFirst = 20 * time.Second // as long as SQS lets a caller wait
	if begun {
		return max(0, time.Until(ends))
	}
	return forFirst
}

// receive takes carried messages first.
func (p *poller) receive(ctx context.Context, most int, wait time.Duration) ([]queue.Message, error) {
	if len(p.carried) > 0 {
		n := min(most, len(p.carried))
		taken := p.carried[:n]
		p.carried = p.carried[n:]
		return taken, nil
	}
	return p.queue.Receive(ctx, most, wait, -1)
}

// add puts messages into the batch, deletes those that the filters don't want,
// and tells whether the batch is full.
func (p *poller) add(b *batch, messages []queue.Message) bool {
	for i := range messages {
		m := &messages[i]
		if !p.wants(m) {
			p.queue.Delete(m.ReceiptHandle)
			p.tally.filtered.Add(1)
			continue
		}
		before := len(b.event)
		if len(b.messages) > 0 {
			b.event = append(b.event, ',')
		}
		b.event = appendRecord(b.event, m, p.queueARN)
		if len(b.event)+len(eventEnd) > maxEventBytes && len(b.messages) > 0 {
			b.event = b.event[:before]
			p.carried = append(messages[i:], p.carried...)
			return true
		}
		b.messages = append(b.messages, *m)
		if m.ReceiveCount > 1 {
			p.tally.retries.Add(1)
		}
	}
	return len(b.messages) >= p.batchSize
}

func (p *poller) wants(m *queue.Message) bool {
	if len(p.filters) == 0 {
		return true
	}
	seen := record(m, p.queueARN)
	for _, f := range p.filters {
		if f.matches(seen) {
			return true
		}
	}
	return false
}

// work has the function work on a batch, deletes the messages that succeeded,
// and returns the others.
func (p *poller) work(ctx context.Context, b batch) (failed []queue.Message) {
	defer p.busy()()
	p.tally.received.Add(int64(len(b.messages)))
	reply, err := p.invoke(ctx, b.event)
	var succeeded []string
	if err == nil {
		succeeded, failed, err = p.divide(b.messages, reply)
	}
	if err != nil {
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
