package engine

import (
	"bytes"

	"github.com/serverless-star/starjob/runtime/wire"
)

// scan reads a batch as Lambda writes it, five times as fast as encoding/json,
// which otherwise takes most of the time that a batch costs. It is strict: at
// anything that it does not know by name and form (a foreign record, a key too
// many or twice, a binary attribute) it gives up, and decode reads the event in
// the slow way. So it never reads an event in another way than encoding/json.
func scan(event []byte) (messages []*message, ok bool) {
	s := scanner{rest: event}
	all := make([]message, bytes.Count(event, []byte(`Handle"`))) // begins with a rare letter
	n := 0
	s.token('{')
	s.key("Records")
	for s.token('['); !s.failed; s.token(',') {
		if n == len(all) {
			return nil, false
		}
		s.record(&all[n])
		n++
		if s.next() == ']' {
			break
		}
	}
	s.token(']')
	s.token('}')
	if s.next(); len(s.rest) > 0 || s.failed || n != len(all) {
		return nil, false
	}
	messages = make([]*message, n)
	for i := range all {
		messages[i] = &all[i]
	}
	return messages, true
}

// same is a string of some bytes: the one that is given, if it is the same.
func same(known string, text []byte) string {
	if string(text) == known {
		return known
	}
	return string(text)
}

func (s *scanner) record(m *message) {
	keys := []string{
		"messageId", "receiptHandle", "body", "attributes", "messageAttributes", "eventSource", "eventSourceARN",
		"md5OfBody", "md5OfMessageAttributes", "awsRegion",
	}
	m.Attempt = 1
	ours := false
	s.object(keys, func(key int) {
		switch keys[key] {
		case "messageId":
			m.MessageID = string(s.text())
		case "receiptHandle":
			m.receipt = string(s.text())
		case "body":
			m.body = string(s.text())
		case "attributes":
			s.systemAttributes(m)
		case "messageAttributes":
			s.messageAttributes(m)
		case "eventSource":
			ours = string(s.text()) == source
		case "eventSourceARN":
			s.arn = same(s.arn, s.text())
			m.fifo = wire.IsFIFO(s.arn)
		default:
			s.skip()
		}
	})
	s.failed = s.failed || !ours
}

func (s *scanner) systemAttributes(m *message) {
	keys := []string{
		"ApproximateReceiveCount", "SentTimestamp", "MessageGroupId", "SenderId", "ApproximateFirstReceiveTimestamp",
		"MessageDeduplicationId", "SequenceNumber", "AWSTraceHeader", "DeadLetterQueueSourceArn",
	}
	s.object(keys, func(key int) {
		text := s.text()
		switch keys[key] {
		case "ApproximateReceiveCount":
			m.attempt(string(text))
		case "SentTimestamp":
			m.sent(string(text))
		case "MessageGroupId":
			m.group = string(text)
		}
	})
}

func (s *scanner) messageAttributes(m *message) {
	s.token('{')
	if s.next() == '}' {
		s.token('}')
		return
	}
	for ; !s.failed; s.token(',') {
		var known Attribute
		if n := len(m.attributes); n < len(s.attributes) {
			known = s.attributes[n]
		}
		a := Attribute{Name: same(known.Name, s.text())}
		s.token(':')
		s.attribute(&a, known)
		s.failed = s.failed || m.has(a.Name)
		m.attributes = append(m.attributes, a)
		if s.next() == '}' {
			break
		}
	}
	s.token('}')
	s.attributes = m.attributes
	m.order()
}

func (m *message) has(name string) bool {
	for _, a := range m.attributes {
		if a.Name == name {
			return true
		}
	}
	return false
}

func (s *scanner) attribute(a *Attribute, known Attribute) {
	keys := []string{"stringValue", "dataType", "stringListValues", "binaryListValues"}
	s.object(keys, func(key int) {
		switch keys[key] {
		case "stringValue":
			a.Value = same(known.Value, s.text())
		case "dataType":
			a.Type = same(known.Type, s.text())
		default:
			s.skip()
		}
	})
}
