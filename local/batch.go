package local

import (
	"context"
	"time"

	"github.com/serverless-star/starjob/local/queue"
)

// batch is the messages of one invocation and the event that holds them.
type batch struct {
	messages []queue.Message
	event    []byte
	returns  time.Time // when the first becomes visible again
}

// gather collects one batch. It waits for a first message; with a batching
// window it then waits for more until the batch or the event is full or the
// window ends, and without one it takes what is there.
func (p *poller) gather(ctx context.Context) (batch, error) {
	b := batch{event: append([]byte(nil), eventStart...)}
	var ends time.Time
	defer p.gathered.Store(0)
	for {
		received, err := p.receive(ctx, p.batchSize-len(b.messages), p.patience(len(b.messages) > 0, ends))
		if err != nil && len(b.messages) == 0 {
			return b, err
		}
		if len(b.messages) == 0 && len(received) > 0 {
			ends, b.returns = time.Now().Add(p.window), p.returns
		}
		full := p.add(&b, received)
		p.gathered.Store(int64(len(b.messages)))
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
	received, err := p.queue.Receive(ctx, most, wait, -1)
	p.returns = time.Now().Add(p.visibility)
	return received, err
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
