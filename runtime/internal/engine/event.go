package engine

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// source marks the records of a batch from SQS.
const source = "aws:sqs"

// record is what is needed of one message of Lambda's event.
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

// decode returns the items of an event. Whatever is not a batch from SQS is a
// single item. A batch that cannot be read in full is an error, so that all of
// it comes back: as a single item it could end well, and be deleted unseen.
//
// Nothing of the result lies in event, whose memory is used again for the next
// invocation while a handler that was cut off may still run.
func decode(event []byte) (messages []*message, fromQueue bool, err error) {
	if messages, ok := scan(event); ok {
		return messages, true, nil
	}
	return decodeAny(event)
}

// decodeAny is for events of all forms.
func decodeAny(event []byte) (messages []*message, fromQueue bool, err error) {
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
		return nil, true, fmt.Errorf("the batch from SQS cannot be read: %w", err)
	case foreign > 0:
		return nil, true, fmt.Errorf("%d of %d records of the batch are not from SQS", foreign, len(batch.Records))
	}
	all := make([]message, len(batch.Records))
	messages = make([]*message, len(batch.Records))
	for i := range batch.Records {
		batch.Records[i].decode(&all[i])
		messages[i] = &all[i]
	}
	return messages, true, nil
}

func direct(event []byte) []*message {
	return []*message{{Item: Item{Attempt: 1}, body: string(event)}}
}

func (r *record) decode(m *message) {
	m.MessageID, m.receipt, m.body = r.MessageID, r.ReceiptHandle, r.Body
	m.attempt(r.Attributes.ApproximateReceiveCount)
	m.sent(r.Attributes.SentTimestamp)
	m.group, m.fifo = r.Attributes.MessageGroupID, wire.IsFIFO(r.EventSourceARN)
	for name, a := range r.MessageAttributes {
		attribute := Attribute{Name: name, Type: a.DataType, Binary: a.BinaryValue}
		if a.StringValue != nil {
			attribute.Value = *a.StringValue
		}
		m.attributes = append(m.attributes, attribute)
	}
	m.order()
}

func (m *message) attempt(count string) { m.Attempt = max(1, number(count)) }

func (m *message) sent(milliseconds string) {
	if ms := number(milliseconds); ms > 0 {
		m.FirstSent = time.UnixMilli(int64(ms))
	}
}

// order sorts the attributes, and takes the depth from them.
func (m *message) order() {
	slices.SortFunc(m.attributes, func(a, b Attribute) int { return cmp.Compare(a.Name, b.Name) })
	for _, a := range m.attributes {
		if a.Name == wire.AttributeDepth {
			m.Depth = number(a.Value)
		}
	}
}

// number reads a count, which is never negative. Any producer may feed a
// queue, so what is no number counts as 0.
func number(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0
	}
	return max(n, 0)
}
