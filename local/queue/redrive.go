package queue

import (
	"strings"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// exhausted reports whether a message was received as often as the redrive policy
// allows.
func (p redrivePolicy) exhausted(m *message) bool {
	return p.MaxReceiveCount > 0 && m.receiveCount-m.uncounted >= int(p.MaxReceiveCount)
}

// deadLetterQueue is nil if there is none, or it was deleted: then messages
// stay, because receiving them too often is better than losing them.
func deadLetterQueue(q *Queue) *Queue {
	return q.service.queues[nameOfARN(q.settings.redrive.DeadLetterTargetArn)]
}

// isDeadLetterQueue reports whether a queue is the target of another.
func isDeadLetterQueue(q *Queue) bool {
	for _, other := range q.service.queues {
		if other.settings.redrive.DeadLetterTargetArn == q.arn {
			return true
		}
	}
	return false
}

// deadLetter moves a visible message to the dead-letter queue. Both queues change
// under one lock, so the message is always in exactly one of them. It keeps its
// ID and its counts; on a standard queue also the time it was sent at, so it may
// expire there at once if that queue keeps messages no longer than this one.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func deadLetter(m *message, from, to *Queue, now time.Time) {
	from.messages.remove(m)
	moved := *m.content // receivers may be reading the old one
	to.admit(&moved, now)
	moved.source = from.arn
	if from.fifo {
		// Two messages that shared a deduplication ID must both arrive.
		moved.deduplication = moved.id
	} else {
		moved.sent = m.sent
	}
	to.arrive(&message{content: &moved, receiveCount: m.receiveCount, uncounted: m.receiveCount, firstReceived: m.firstReceived}, visible)
}

// checkRedrive refuses a redrive policy that the queue cannot have.
func checkRedrive(q *Queue, value string, p redrivePolicy) error {
	reason := redriveFault(value, p)
	if reason == "" {
		reason = targetFault(q, p.DeadLetterTargetArn)
	}
	if reason == "" {
		return nil
	}
	return sqserr.New(sqserr.InvalidParameterValue, "Value %s for parameter RedrivePolicy is invalid. Reason: %s", value, reason)
}

// targetFault returns why the target cannot be a dead-letter queue; empty if it can.
func targetFault(q *Queue, target string) string {
	dead := q.service.queues[nameOfARN(target)]
	switch {
	case !strings.HasPrefix(target, q.service.arn("")):
		return "Invalid value for deadLetterTargetArn."
	case dead == nil:
		return "Dead letter target does not exist."
	case dead.fifo != q.fifo:
		return "Dead-letter queue must be same type of queue as the source."
	case !dead.settings.allow.allows(q.arn):
		return "The redrive allow policy of the dead-letter queue does not allow this queue."
	}
	return ""
}
