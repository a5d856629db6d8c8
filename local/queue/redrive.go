package queue

import "time"

// exhausted tells whether a message was received as often as the redrive policy
// allows.
func (q *Queue) exhausted(m *message) bool {
	most := q.settings.redrive.MaxReceiveCount
	return most > 0 && m.receives-m.before >= int(most)
}

// deadLetterQueue is nil where there is none, or it was deleted: then messages
// stay, as losing them would be worse than receiving them too often.
func (q *Queue) deadLetterQueue() *Queue {
	return q.service.queues[nameOfARN(q.settings.redrive.DeadLetterTargetArn)]
}

// redrive moves a visible message to the dead-letter queue. Both queues change
// under one lock, so the message is always in exactly one of them. It keeps its
// ID and what it counts; on a standard queue also the time it was sent at, so
// it may run out there at once if that queue keeps messages no longer than this
// one.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func (q *Queue) redrive(m *message, dead *Queue, now time.Time) {
	q.drop(m)
	moved := *m.content // receivers may be reading the old one
	dead.admit(&moved, now)
	moved.source = q.arn
	if q.fifo {
		// Two messages that shared a deduplication ID must both arrive.
		moved.deduplication = moved.id
	} else {
		moved.sent = m.sent
	}
	dead.arrive(&message{content: &moved, receives: m.receives, before: m.receives, firstReceived: m.firstReceived}, visible)
}
