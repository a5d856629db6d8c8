package queue

import (
	"context"
	"time"
)

// maxInFlight is how many messages of a queue may be in flight.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
const maxInFlight = 120_000

// Receive takes up to most visible messages, and waits for a first one, but no
// longer than wait. They stay in flight for the visibility timeout, which is
// the queue's where a negative one is given; at zero they are visible again at
// once, in their places. No messages and no error means that none came. The
// error is the context's, or of type [*Error] when the queue is gone.
//
// Unlike the protocol's ReceiveMessage, most may be any number: Lambda's
// pollers gather up to 10,000 messages.
//
// A message that was received as often as the redrive policy allows is moved to
// the dead-letter queue when it would be received once more.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
func (q *Queue) Receive(ctx context.Context, most int, wait, visibility time.Duration) ([]Message, error) {
	return q.receive(ctx, receiving{most: most, visibility: visibility}, wait)
}

func (q *Queue) receive(ctx context.Context, r receiving, wait time.Duration) ([]Message, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	messages, w, err := q.try(r, wait > 0)
	if w == nil {
		return messages, err
	}
	over := time.NewTimer(wait)
	defer over.Stop()
	for patient := true; w != nil; messages, w, err = q.try(r, patient) {
		select {
		case <-w.wake:
		case <-over.C:
			q.quit(w)
			patient = false // the last attempt
		case <-ctx.Done():
			q.quit(w)
			return nil, context.Cause(ctx)
		}
	}
	return messages, err
}

// try takes what is there. Where that is nothing and the receiver is patient it
// is put among those who wait.
func (q *Queue) try(r receiving, patient bool) ([]Message, *waiter, error) {
	now, err := q.enter()
	defer q.service.leave()
	if err != nil {
		return nil, nil, err
	}
	messages, err := q.receiveOnce(r, now)
	if err == nil && len(messages) == 0 && patient {
		return nil, q.wait(), nil
	}
	return messages, nil, err
}

// take receives, or moves to the dead-letter queue, what is next; the lock is
// held.
func (q *Queue) take(most int, visibility time.Duration, now time.Time) []Message {
	most = min(most, q.mostInFlight-q.counts[inFlight])
	var received []Message
	var looked []*message
	var last *message
	for len(received) < most {
		m := q.order.next(last)
		if m == nil {
			break
		}
		last = m
		if q.exhausted(m) {
			if dead := q.deadLetterQueue(); dead != nil {
				q.redrive(m, dead, now)
				continue
			}
		}
		if received == nil {
			received = make([]Message, 0, min(most, q.counts[visible]))
		}
		received = append(received, q.hand(m, visibility, now))
		if visibility == 0 {
			looked = append(looked, m)
		}
	}
	q.putBack(looked)
	return received
}

// hand makes a message one that is in flight, and its receipt.
func (q *Queue) hand(m *message, visibility time.Duration, now time.Time) Message {
	m.receives++
	if m.firstReceived.IsZero() {
		m.firstReceived = now
	}
	m.taken, m.due = now, now.Add(visibility)
	q.put(m, inFlight)
	c := m.content
	return Message{
		ID: c.id, ReceiptHandle: q.handle(m), Body: c.body, Attributes: c.attributes,
		MD5OfBody: c.md5OfBody, MD5OfAttributes: c.md5OfAttributes,
		ReceiveCount: m.receives, firstReceived: m.firstReceived, content: c,
	}
}

// putBack gives messages that were received for no time their places back.
func (q *Queue) putBack(messages []*message) {
	for i := len(messages) - 1; i >= 0; i-- {
		m := messages[i]
		m.looked = true
		q.put(m, visible)
		m.looked = false
	}
}
