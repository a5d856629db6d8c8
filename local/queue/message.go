package queue

import (
	"bytes"
	"iter"
	"strconv"
	"time"
)

// Attribute is a message attribute. BinaryValue is set for the type Binary and
// those derived from it, StringValue for all others.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
type Attribute struct {
	DataType    string
	StringValue string `json:",omitempty"`
	BinaryValue []byte `json:",omitempty"`
}

// equal tells an empty binary value, which is refused, from none.
func (a Attribute) equal(b Attribute) bool {
	return a.DataType == b.DataType && a.StringValue == b.StringValue &&
		bytes.Equal(a.BinaryValue, b.BinaryValue) && (a.BinaryValue == nil) == (b.BinaryValue == nil)
}

// Message is one receive of a message. Attributes is shared between receives
// and must not be changed.
type Message struct {
	ID            string
	ReceiptHandle string
	Body          string
	Attributes    map[string]Attribute
	// MD5OfBody and MD5OfAttributes are in hexadecimal; the second is empty
	// where there are no attributes.
	MD5OfBody, MD5OfAttributes string
	// ReceiveCount includes this receive, and those from a queue that the
	// message was moved from.
	ReceiveCount int

	firstReceived time.Time
	content       *content
}

// SystemAttributes yields what SQS tells about the message itself, by name and
// value, always in the same order. Times are in milliseconds since 1970.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
func (m *Message) SystemAttributes() iter.Seq2[string, string] {
	c := m.content
	all := [...]struct{ name, value string }{
		{"ApproximateReceiveCount", strconv.Itoa(m.ReceiveCount)},
		{"AWSTraceHeader", c.trace},
		{"SentTimestamp", milliseconds(c.sent)},
		{"SequenceNumber", c.sequence},
		{"MessageGroupId", c.group},
		{"SenderId", senderID},
		{"MessageDeduplicationId", c.deduplication},
		{"ApproximateFirstReceiveTimestamp", milliseconds(m.firstReceived)},
		{"DeadLetterQueueSourceArn", c.source},
	}
	return func(yield func(name, value string) bool) {
		for _, a := range all {
			if a.value != "" && !yield(a.name, a.value) {
				return
			}
		}
	}
}

// senderID stands for the user that every message comes from. It has the form
// of an IAM user's ID.
const senderID = "AIDAIENQZJOLO23YVJ4VO"

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// content is what never changes while a message is in a queue.
type content struct {
	id                         string
	body                       string
	attributes                 map[string]Attribute
	md5OfBody, md5OfAttributes string
	group, deduplication       string
	trace                      string
	request                    string // trace header of the request that sent it
	source                     string // ARN of the queue that it was moved from
	number                     uint64 // in the queue; orders groups
	sequence                   string // the same, as FIFO queues show it
	sent                       time.Time
}

// message is a message in a queue. All is guarded by the service's lock, but
// not the content, which receivers read without it.
type message struct {
	*content
	state    state
	due      time.Time // when a state ends that ends by itself
	receives int
	// before are the receives that a redrive policy does not count, as they
	// were in another queue.
	before               int
	firstReceived, taken time.Time // first and last receive
	looked               bool      // it was received for no time: its place does not change

	previous, following *message // in a standard queue's order
	timer, age, place   int      // in heaps
}
