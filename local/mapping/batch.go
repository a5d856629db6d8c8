package mapping

import (
	"context"
	"time"

	"github.com/serverless-star/starjob/local/queue"
)

// A batch is the messages of one invocation and the event that holds them.
type batch struct {
	messages  []queue.Message
	event     []byte
	visibleAt time.Time // when the first message becomes visible again
}

// gather collects one batch. It waits for a first message; with a batching
// window it then waits for more until the batch or the event is full or the
// window ends; without one it uses the messages that are available.
func (p *Poller) gather(ctx context.Context) (batch, error) {
	b := batch{event: append([]byte(nil), eventStart...)}
	var ends time.Time
	defer p.gathered.Store(0)
	for {
		received, err := p.receive(ctx, p.plan.BatchSize-len(b.messages), waitTime(len(b.messages) > 0, ends))
		if err != nil && len(b.messages) == 0 {
			return b, err
		}
		if len(b.messages) == 0 && len(received) > 0 {
			ends, b.visibleAt = time.Now().Add(p.plan.Window), p.visibleAt
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

// waitTime is how long to wait for messages.
func waitTime(begun bool, ends time.Time) time.Duration {
	const forFirst = 20 * time.Second // as long as SQS lets a caller wait
	if begun {
		return max(0, time.Until(ends))
	}
	return forFirst
}

// receive returns carried messages first.
func (p *Poller) receive(ctx context.Context, maxCount int, wait time.Duration) ([]queue.Message, error) {
	if len(p.carried) > 0 {
		n := min(maxCount, len(p.carried))
		taken := p.carried[:n]
		p.carried = p.carried[n:]
		return taken, nil
	}
	received, err := p.queue.Receive(ctx, maxCount, wait, -1)
	p.visibleAt = time.Now().Add(p.visibilityTimeout)
	return received, err
}

// add adds messages to the batch, deletes those that match no filter, and reports
// whether the batch is full.
func (p *Poller) add(b *batch, messages []queue.Message) bool {
	for i := range messages {
		m := &messages[i]
		if !p.matches(m) {
			p.queue.Delete(m.ReceiptHandle)
			p.counters.filtered.Add(1)
			continue
		}
		before := len(b.event)
		if len(b.messages) > 0 {
			b.event = append(b.event, ',')
		}
		b.event = appendRecord(b.event, m, p.plan.QueueARN)
		if len(b.event)+len(eventEnd) > maxEventBytes && len(b.messages) > 0 {
			b.event = b.event[:before]
			p.carried = append(messages[i:], p.carried...)
			return true
		}
		b.messages = append(b.messages, *m)
		if m.ReceiveCount > 1 {
			p.counters.retries.Add(1)
		}
	}
	return len(b.messages) >= p.plan.BatchSize
}

// matches reports whether a message matches one of the filters.
func (p *Poller) matches(m *queue.Message) bool {
	if len(p.plan.Filters) == 0 {
		return true
	}
	seen := record(m, p.plan.QueueARN)
	for _, f := range p.plan.Filters {
		if f.Matches(seen) {
			return true
		}
	}
	return false
}
