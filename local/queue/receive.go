package queue

import (
	"context"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// Receive receives up to maxMessages visible messages, and waits for a first one,
// but no longer than wait. They stay in flight for the visibility timeout, which
// is the queue's if a negative one is given; at zero they are visible again at
// once, in their places. It returns no messages and no error if none arrived. The error
// is the context's, or of type [*sqserr.Error] if the queue is gone.
//
// Unlike in the protocol's ReceiveMessage, maxMessages may be any number: Lambda's
// pollers gather up to 10,000 messages.
//
// A message that was received as often as the redrive policy allows is moved to
// the dead-letter queue when it would be received once more.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
func (q *Queue) Receive(ctx context.Context, maxMessages int, wait, visibility time.Duration) ([]Message, error) {
	return q.receive(ctx, ReceiveRequest{MaxMessages: maxMessages, Wait: wait, Visibility: visibility})
}

// ReceiveRequest is a client's request; see [Queue.ReceiveMessages].
type ReceiveRequest struct {
	MaxMessages int
	Wait        time.Duration // negative: the queue's
	Visibility  time.Duration // negative: the queue's
	Attempt     string        // ReceiveRequestAttemptId; empty: none
}

// ReceiveMessages receives as Receive does, for a client: its wait may be the
// queue's, it may repeat an attempt to receive from a FIFO queue (standard queues
// ignore attempts), and it gets an error if a standard queue returns nothing because
// too many messages are in flight.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
func (q *Queue) ReceiveMessages(ctx context.Context, r ReceiveRequest) ([]Message, error) {
	if !q.fifo {
		r.Attempt = ""
	}
	if !isID(r.Attempt) {
		return nil, invalidID(r.Attempt, "ReceiveRequestAttemptId")
	}
	if r.Wait < 0 {
		r.Wait = q.waitTime()
	}
	messages, err := q.receive(ctx, r)
	if err == nil && len(messages) == 0 && r.Wait == 0 && q.crowded() {
		return nil, sqserr.New(sqserr.OverLimit, "Too many messages in flight: at most %d.", q.messages.maxInFlight)
	}
	return messages, err
}

func (q *Queue) waitTime() time.Duration {
	q.service.lock()
	defer q.service.unlock()
	return q.settings.wait
}

// crowded reports whether a standard queue returns nothing until messages in flight
// are deleted. FIFO queues report nothing about it.
func (q *Queue) crowded() bool {
	q.service.lock()
	defer q.service.unlock()
	return !q.fifo && q.messages.full()
}

func (q *Queue) receive(ctx context.Context, r ReceiveRequest) ([]Message, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	messages, w, err := q.try(r, r.Wait > 0)
	if w == nil {
		return messages, err
	}
	timeout := time.NewTimer(r.Wait)
	defer timeout.Stop()
	for mayWait := true; w != nil; messages, w, err = q.try(r, mayWait) {
		select {
		case <-w.wake:
		case <-timeout.C:
			q.stopWaiting(w)
			mayWait = false // the last attempt
		case <-ctx.Done():
			q.stopWaiting(w)
			return nil, context.Cause(ctx)
		}
	}
	return messages, err
}

// try receives the available messages. If there are none and the receiver may wait,
// it adds the receiver to those who wait.
func (q *Queue) try(r ReceiveRequest, mayWait bool) ([]Message, *waiter, error) {
	now, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return nil, nil, err
	}
	messages, err := q.receiveOnce(r, now)
	if err == nil && len(messages) == 0 && mayWait {
		return nil, q.waiters.add(), nil
	}
	return messages, nil, err
}

// stopWaiting removes a receiver that no longer waits. If it has been woken already,
// it wakes another one: otherwise a message would remain while others wait for one.
func (q *Queue) stopWaiting(w *waiter) {
	q.service.lock()
	defer q.service.unlock()
	if woken := q.waiters.remove(w); woken {
		q.messages.wakeups++
		q.service.touch(q)
	}
}

// receiveOnce receives the messages of an earlier attempt again, or the next ones;
// the lock is held.
func (q *Queue) receiveOnce(r ReceiveRequest, now time.Time) ([]Message, error) {
	if r.Visibility < 0 {
		r.Visibility = q.settings.visibility
	}
	if r.Attempt == "" {
		return q.receiveNext(r.MaxMessages, r.Visibility, now), nil
	}
	known := q.attempts.find(r.Attempt, now)
	if known != nil && known.due.After(now) {
		return q.repeat(known, r, now)
	}
	messages := q.receiveNext(r.MaxMessages, r.Visibility, now)
	switch a := (attempt{messages, now.Add(r.Visibility)}); {
	case known != nil:
		*known = a
	case len(messages) > 0:
		q.attempts.remember(r.Attempt, &a, now)
	}
	return messages, nil
}

// repeat returns the same messages with the same receipt handles, for another
// visibility timeout, unless one was deleted or its timeout was changed.
func (q *Queue) repeat(a *attempt, r ReceiveRequest, now time.Time) ([]Message, error) {
	received := make([]*message, len(a.messages))
	for i := range a.messages {
		m, latest, _ := q.find(a.messages[i].ReceiptHandle) // which is the queue's own
		if !latest || !m.due.Equal(a.due) {
			return nil, sqserr.New(sqserr.InvalidParameterValue, "Value %s for parameter ReceiveRequestAttemptId is invalid. Reason: The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.", r.Attempt)
		}
		received[i] = m
	}
	a.due = now.Add(r.Visibility)
	for _, m := range received {
		m.lastReceived, m.due = now, a.due
		q.messages.put(m, inFlight)
	}
	return a.messages, nil
}

// receiveNext receives the next messages, or moves them to the dead-letter queue;
// the lock is held.
func (q *Queue) receiveNext(maxMessages int, visibility time.Duration, now time.Time) []Message {
	maxMessages = min(maxMessages, q.messages.maxInFlight-q.messages.counts[inFlight])
	var received []Message
	var peeked []*message
	var last *message
	for len(received) < maxMessages {
		m := q.messages.order.next(last)
		if m == nil {
			break
		}
		last = m
		if q.settings.redrive.exhausted(m) {
			if dead := deadLetterQueue(q); dead != nil {
				deadLetter(m, q, dead, now)
				continue
			}
		}
		if received == nil {
			received = make([]Message, 0, min(maxMessages, q.messages.counts[visible]))
		}
		received = append(received, q.handOut(m, visibility, now))
		if visibility == 0 {
			peeked = append(peeked, m)
		}
	}
	q.putBack(peeked)
	return received
}

// handOut sets a message in flight, and returns its receive.
func (q *Queue) handOut(m *message, visibility time.Duration, now time.Time) Message {
	m.receiveCount++
	if m.firstReceived.IsZero() {
		m.firstReceived = now
	}
	m.lastReceived, m.due = now, now.Add(visibility)
	q.messages.put(m, inFlight)
	c := m.content
	return Message{
		ID: c.id, ReceiptHandle: q.handle(m), Body: c.body, Attributes: c.attributes,
		MD5OfBody: c.md5OfBody, MD5OfAttributes: c.md5OfAttributes,
		ReceiveCount: m.receiveCount, firstReceived: m.firstReceived, content: c,
	}
}

// putBack returns messages that were received with no visibility timeout to their
// places.
func (q *Queue) putBack(messages []*message) {
	for i := len(messages) - 1; i >= 0; i-- {
		m := messages[i]
		m.peeked = true
		q.messages.put(m, visible)
		m.peeked = false
	}
}
