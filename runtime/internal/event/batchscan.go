package event

import (
	"bytes"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

// scan reads a batch in the form in which Lambda writes it. It is five times as fast as
// encoding/json, which would take most of the time of a batch. It is strict: it reports
// false for anything that it does not know by name and form, such as a record from
// another source, an unknown or duplicate key, or a binary attribute. Then decodeAny
// reads the event. So scan never reads an event differently from encoding/json.
func scan(event []byte) (messages []Message, ok bool) {
	s := scanner{rest: event}
	messages = make([]Message, bytes.Count(event, []byte(`Handle"`))) // H is rare, so the search is fast
	n := 0
	s.token('{')
	s.key("Records")
	for s.token('['); !s.failed; s.token(',') {
		if n == len(messages) {
			return nil, false
		}
		s.record(&messages[n])
		n++
		if s.next() == ']' {
			break
		}
	}
	s.token(']')
	s.token('}')
	if s.next(); len(s.rest) > 0 || s.failed || n != len(messages) {
		return nil, false
	}
	return messages, true
}

func (s *scanner) record(m *Message) {
	keys := []string{
		"messageId", "receiptHandle", "body", "attributes", "messageAttributes", "eventSource", "eventSourceARN",
		"md5OfBody", "md5OfMessageAttributes", "awsRegion",
	}
	m.Attempt = 1
	ours := false
	s.object(keys, func(key int) {
		switch keys[key] {
		case "messageId":
			m.MessageID = string(s.string())
		case "receiptHandle":
			m.ReceiptHandle = string(s.string())
		case "body":
			m.Body = string(s.string())
		case "attributes":
			s.systemAttributes(m)
		case "messageAttributes":
			s.messageAttributes(m)
		case "eventSource":
			ours = string(s.string()) == source
		case "eventSourceARN":
			s.arn = same(s.arn, s.string())
			m.FIFO = wire.IsFIFO(s.arn)
		default:
			s.skip()
		}
	})
	s.failed = s.failed || !ours
}

func (s *scanner) systemAttributes(m *Message) {
	keys := []string{
		"ApproximateReceiveCount", "SentTimestamp", "MessageGroupId", "SenderId", "ApproximateFirstReceiveTimestamp",
		"MessageDeduplicationId", "SequenceNumber", "AWSTraceHeader", "DeadLetterQueueSourceArn",
	}
	s.object(keys, func(key int) {
		value := s.string()
		switch keys[key] {
		case "ApproximateReceiveCount":
			m.setAttempt(string(value))
		case "SentTimestamp":
			m.setFirstSent(string(value))
		case "MessageGroupId":
			m.Group = string(value)
		}
	})
}

// messageAttributes reads the attributes of a message. Most messages of a batch have
// the same attributes, so their strings are shared.
func (s *scanner) messageAttributes(m *Message) {
	s.token('{')
	if s.next() == '}' {
		s.token('}')
		return
	}
	for ; !s.failed; s.token(',') {
		var known sqs.Attribute
		if n := len(m.Attributes); n < len(s.attributes) {
			known = s.attributes[n]
		}
		a := sqs.Attribute{Name: same(known.Name, s.string())}
		s.token(':')
		s.attribute(&a, known)
		s.failed = s.failed || hasAttribute(m.Attributes, a.Name)
		m.Attributes = append(m.Attributes, a)
		if s.next() == '}' {
			break
		}
	}
	s.token('}')
	s.attributes = m.Attributes
	m.sortAttributes()
}

func hasAttribute(attributes []sqs.Attribute, name string) bool {
	for _, a := range attributes {
		if a.Name == name {
			return true
		}
	}
	return false
}

func (s *scanner) attribute(a *sqs.Attribute, known sqs.Attribute) {
	keys := []string{"stringValue", "dataType", "stringListValues", "binaryListValues"}
	s.object(keys, func(key int) {
		switch keys[key] {
		case "stringValue":
			a.Value = same(known.Value, s.string())
		case "dataType":
			a.Type = same(known.Type, s.string())
		default:
			s.skip()
		}
	})
}

// same converts bytes to a string. It returns known, without allocating, if that is
// equal.
func same(known string, value []byte) string {
	if string(value) == known {
		return known
	}
	return string(value)
}
