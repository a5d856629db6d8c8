package queue

import (
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// Outgoing is a message to be sent. Only Body is required, and in a FIFO queue
// GroupID. Attributes must not be changed afterwards.
type Outgoing struct {
	Body       string
	Attributes map[string]Attribute
	// Delay is how long the message stays invisible, at most [MaxDelay]; nil is the
	// queue's delay. FIFO queues have only that: they accept zero, which means the
	// queue's delay, and refuse anything else.
	Delay *time.Duration
	// GroupID is a FIFO queue's message group, or a standard queue's tenant.
	GroupID string
	// DeduplicationID is for FIFO queues; without it they use the body's hash
	// where they have ContentBasedDeduplication.
	DeduplicationID string
	// TraceHeader is the system attribute AWSTraceHeader.
	TraceHeader string
	// RequestTrace is the X-Amzn-Trace-Id header of the request that sends the
	// message; see [Message.Trace]. In AWS it is how Lambda finds a function that
	// sends to itself.
	RequestTrace string
}

// size is how many bytes count towards the limits. Those of system attributes
// don't.
func (m *Outgoing) size() int {
	n := len(m.Body)
	for name, a := range m.Attributes {
		n += len(name) + len(a.DataType) + len(a.StringValue) + len(a.BinaryValue)
	}
	return n
}

// check refuses a message that no queue accepts. It does not check attributes.
func (m *Outgoing) check() error {
	switch {
	case m.Body == "":
		return sqserr.Missing("MessageBody")
	case !ValidText(m.Body):
		return sqserr.New(sqserr.InvalidMessageContents, "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.")
	case m.Delay != nil && (*m.Delay < 0 || *m.Delay > MaxDelay):
		return sqserr.OutOfRange(int(m.Delay.Seconds()), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
	case !isID(m.GroupID):
		return invalidID(m.GroupID, "MessageGroupId")
	case !isID(m.DeduplicationID):
		return invalidID(m.DeduplicationID, "MessageDeduplicationId")
	}
	return nil
}

// MaxDelay bounds a message's delay.
const MaxDelay = 15 * time.Minute

// checkFor refuses a message that a queue with these settings does not accept.
func (m *Outgoing) checkFor(s *settings, fifo bool) error {
	switch {
	case m.size() > s.maxBytes:
		return sqserr.New(sqserr.InvalidParameterValue, "One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", s.maxBytes)
	case !fifo && m.DeduplicationID != "":
		return sqserr.New(sqserr.InvalidParameterValue, "Value %s for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.", m.DeduplicationID)
	case !fifo:
		return nil
	case m.GroupID == "":
		return sqserr.Missing("MessageGroupId")
	case m.DeduplicationID == "" && !s.contentBased:
		return errNoDeduplication
	case m.Delay != nil && *m.Delay > 0:
		return sqserr.OutOfRange(int(m.Delay.Seconds()), "DelaySeconds", "The request include parameter that is not valid for this queue type.")
	}
	return nil
}

var errNoDeduplication = sqserr.New(sqserr.InvalidParameterValue, "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
