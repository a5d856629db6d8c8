// Package event decodes the event of a Lambda invocation: a batch of messages from SQS,
// or any other event, which becomes a single message. It decides nothing about
// messages, and does not retain the memory of the event.
//
// Start reading at [Decode].
package event

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Message is one received message: an item and its attributes.
type Message struct {
	MessageID     string // empty for an event that is not from SQS
	ReceiptHandle string // empty for an event that is not from SQS
	Body          string
	Attempt       int             // the receive count, 1 or more
	Depth         int             // generations since the item that started the chain, 0 or more
	FirstSent     time.Time       // when it was sent; zero for an event that is not from SQS
	Group         string          // message group ID
	FIFO          bool            // from a FIFO queue, so that its group is kept in order
	Attributes    []sqs.Attribute // sorted by name
}

// IsDirect reports whether the message is an event that is not from SQS.
func (m *Message) IsDirect() bool { return m.ReceiptHandle == "" && m.MessageID == "" }

// Decode returns the messages of an event. An event that is not a batch from SQS is a
// single message, and its body is the event. A batch that cannot be read in full is an
// error, so that all of it is retried. As a single item it could succeed, and its
// messages would be deleted without being handled.
//
// The result shares no memory with event. Lambda's client reuses that memory for the
// next invocation, while a handler that was cut off may still be running.
func Decode(event []byte) (messages []Message, fromQueue bool, err error) {
	if messages, ok := scan(event); ok {
		return messages, true, nil
	}
	return decodeAny(event)
}

// source marks the records of a batch from SQS.
const source = "aws:sqs"

// decodeAny decodes events of all forms.
func decodeAny(event []byte) (messages []Message, fromQueue bool, err error) {
	var batch struct{ Records []record }
	if bytes.Contains(event, []byte(source)) {
		err = json.Unmarshal(event, &batch)
	}
	foreign := 0
	for i := range batch.Records {
		if batch.Records[i].EventSource != source {
			foreign++
		}
	}
	switch {
	case foreign == len(batch.Records):
		return direct(event), false, nil
	case err != nil:
		return nil, true, fmt.Errorf("cannot read the batch from SQS: %w", err)
	case foreign > 0:
		return nil, true, fmt.Errorf("invalid batch: %d of %d records are not from SQS", foreign, len(batch.Records))
	}
	messages = make([]Message, len(batch.Records))
	for i := range batch.Records {
		batch.Records[i].decode(&messages[i])
	}
	return messages, true, nil
}

func direct(event []byte) []Message { return []Message{{Attempt: 1, Body: string(event)}} }

// record has the fields that are read from one record of Lambda's event.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type record struct {
	MessageID         string `json:"messageId"`
	ReceiptHandle     string `json:"receiptHandle"`
	Body              string `json:"body"`
	EventSource       string `json:"eventSource"`
	EventSourceARN    string `json:"eventSourceARN"`
	MessageAttributes map[string]struct {
		StringValue *string `json:"stringValue"`
		BinaryValue []byte  `json:"binaryValue"`
		DataType    string  `json:"dataType"`
	} `json:"messageAttributes"`
	Attributes struct {
		ApproximateReceiveCount string
		SentTimestamp           string
		MessageGroupID          string `json:"MessageGroupId"`
	} `json:"attributes"`
}

func (r *record) decode(m *Message) {
	m.MessageID, m.ReceiptHandle, m.Body = r.MessageID, r.ReceiptHandle, r.Body
	m.setAttempt(r.Attributes.ApproximateReceiveCount)
	m.setFirstSent(r.Attributes.SentTimestamp)
	m.Group, m.FIFO = r.Attributes.MessageGroupID, wire.IsFIFO(r.EventSourceARN)
	for name, a := range r.MessageAttributes {
		attribute := sqs.Attribute{Name: name, Type: a.DataType, Binary: a.BinaryValue}
		if a.StringValue != nil {
			attribute.Value = *a.StringValue
		}
		m.Attributes = append(m.Attributes, attribute)
	}
	m.sortAttributes()
}

func (m *Message) setAttempt(receiveCount string) { m.Attempt = max(1, number(receiveCount)) }

func (m *Message) setFirstSent(milliseconds string) {
	if ms := number(milliseconds); ms > 0 {
		m.FirstSent = time.UnixMilli(int64(ms))
	}
}

// sortAttributes sorts the attributes by name, and reads the depth from them.
func (m *Message) sortAttributes() {
	slices.SortFunc(m.Attributes, func(a, b sqs.Attribute) int { return cmp.Compare(a.Name, b.Name) })
	for _, a := range m.Attributes {
		if a.Name == wire.AttributeDepth {
			m.Depth = number(a.Value)
		}
	}
}

// number reads a count, which is never negative. Any producer may send to a queue, so
// a string that is not a number counts as 0.
func number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 0
	}
	return max(n, 0)
}
