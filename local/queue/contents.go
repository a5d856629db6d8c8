package queue

import (
	"time"
	"unicode/utf8"
)

// maxMessageBytes bounds a message and a batch: the bodies, and the names,
// types and values of attributes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const maxMessageBytes = 1 << 20

// size is what a message counts towards the limits. System attributes don't.
func (m *Outgoing) size() int {
	n := len(m.Body)
	for name, a := range m.Attributes {
		n += len(name) + len(a.DataType) + len(a.StringValue) + len(a.BinaryValue)
	}
	return n
}

// checkContents refuses what no queue takes, attributes aside.
func checkContents(m *Outgoing) error {
	switch {
	case m.Body == "":
		return refuse(codeMissingParameter, "The request must contain the parameter MessageBody.")
	case !allowed(m.Body):
		return refuse(codeContents, "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.")
	case m.Delay != nil && (*m.Delay < 0 || *m.Delay > maxDelay):
		return outOfRange(int(m.Delay.Seconds()), "DelaySeconds", badDelay)
	case !isID(m.GroupID):
		return refuse(codeInvalidParameter, badID, m.GroupID, "MessageGroupId", "MessageGroupId")
	case !isID(m.DeduplicationID):
		return refuse(codeInvalidParameter, badID, m.DeduplicationID, "MessageDeduplicationId", "MessageDeduplicationId")
	}
	return nil
}

// maxDelay bounds a message's delay.
const (
	maxDelay        = 15 * time.Minute
	maxDelaySeconds = int(maxDelay / time.Second)
)

const badDelay = "DelaySeconds must be >= 0 and <= 900."

const badID = "Value %s for parameter %s is invalid. Reason: %s can only include alphanumeric and punctuation characters. 1 to 128 in length."

// isID tells whether a group's or deduplication ID is well formed; it may be
// missing.
func isID(id string) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return len(id) <= 128
}

// accepts refuses what this queue does not take; the lock is held.
func (q *Queue) accepts(m *Outgoing) error {
	switch {
	case m.size() > q.settings.maxBytes:
		return refuse(codeInvalidParameter, "One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", q.settings.maxBytes)
	case !q.fifo && m.DeduplicationID != "":
		return refuse(codeInvalidParameter, "Value %s for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.", m.DeduplicationID)
	case !q.fifo:
		return nil
	case m.GroupID == "":
		return refuse(codeMissingParameter, "The request must contain the parameter MessageGroupId.")
	case m.DeduplicationID == "" && !q.settings.contentBased:
		return errNoDeduplication
	case m.Delay != nil && *m.Delay > 0:
		return outOfRange(int(m.Delay.Seconds()), "DelaySeconds", "The request include parameter that is not valid for this queue type.")
	}
	return nil
}

var errNoDeduplication = refuse(codeInvalidParameter, "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")

// allowed tells whether a text has only characters that SQS takes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func allowed(s string) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || r == 0xfffe || r == 0xffff {
			return false
		}
		i += size
	}
	return true
}
