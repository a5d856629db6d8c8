package queue

import (
	"time"
)

// receiving is what a receiver wants.
type receiving struct {
	most       int
	visibility time.Duration // negative: the queue's own
	attempt    string        // ReceiveRequestAttemptId; empty: none
}

// attempt is what a FIFO queue gave out to a receiver who may not have got it,
// and repeats its call under the same ReceiveRequestAttemptId.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html
type attempt struct {
	messages []Message
	due      time.Time // when all of them become visible, if none is changed
}

// receiveOnce takes what the receiver has got already, or what is next; the lock
// is held.
func (q *Queue) receiveOnce(r receiving, now time.Time) ([]Message, error) {
	if r.visibility < 0 {
		r.visibility = q.settings.visibility
	}
	if r.attempt == "" {
		return q.take(r.most, r.visibility, now), nil
	}
	known := q.attempts.find(r.attempt, now)
	if known != nil && known.due.After(now) {
		return q.again(known, r, now)
	}
	messages := q.take(r.most, r.visibility, now)
	switch a := (attempt{messages, now.Add(r.visibility)}); {
	case known != nil:
		*known = a
	case len(messages) > 0:
		q.attempts.remember(r.attempt, &a, now)
	}
	return messages, nil
}

// again gives the same messages with the same receipt handles, for another
// visibility timeout, unless one was deleted or its timeout was changed.
func (q *Queue) again(a *attempt, r receiving, now time.Time) ([]Message, error) {
	received := make([]*message, len(a.messages))
	for i := range a.messages {
		m, latest, _ := q.find(a.messages[i].ReceiptHandle) // which is the queue's own
		if !latest || !m.due.Equal(a.due) {
			return nil, refuse(codeInvalidParameter, "Value %s for parameter ReceiveRequestAttemptId is invalid. Reason: The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.", r.attempt)
		}
		received[i] = m
	}
	a.due = now.Add(r.visibility)
	for _, m := range received {
		m.taken, m.due = now, a.due
		q.put(m, inFlight)
	}
	return a.messages, nil
}
