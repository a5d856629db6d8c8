package queue

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"iter"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

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

// SystemAttributes yields the names and values of the message's system attributes,
// always in the same order. Times are in milliseconds since 1970.
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

// senderID is the user that every message comes from. It has the form of an IAM
// user's ID.
const senderID = "AIDAIENQZJOLO23YVJ4VO"

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// Trace is the message's AWSTraceHeader, or the header of the request that sent
// it. The second is not among the system attributes.
func (m *Message) Trace() string { return cmp.Or(m.content.trace, m.content.requestTrace) }

// SelectAttributes returns the attributes that one of the names matches, and
// their hash as in MD5OfAttributes. A name matches itself; one that ends in ".*"
// matches all that begin with the part before it; "All" and "*" match all. The map
// must not be changed.
func (m *Message) SelectAttributes(names []string) (selected map[string]Attribute, md5 string) {
	selected = selectAttributes(m.Attributes, names)
	if len(selected) == len(m.Attributes) {
		return selected, m.MD5OfAttributes
	}
	return selected, md5OfAttributes(selected)
}

func selectAttributes(attributes map[string]Attribute, names []string) map[string]Attribute {
	if len(attributes) == 0 {
		return nil
	}
	selected := map[string]Attribute{}
	for _, wanted := range names {
		start, isPrefix := strings.CutSuffix(wanted, ".*")
		if wanted == "All" || wanted == "*" {
			return attributes
		}
		if a, ok := attributes[wanted]; ok {
			selected[wanted] = a
		}
		for name, a := range attributes {
			if isPrefix && strings.HasPrefix(name, start) {
				selected[name] = a
			}
		}
	}
	return selected
}

// content is the part of a message that does not change while it is in a queue.
type content struct {
	id                         string
	body                       string
	attributes                 map[string]Attribute
	md5OfBody, md5OfAttributes string
	group, deduplication       string
	trace                      string
	requestTrace               string // trace header of the request that sent it
	source                     string // ARN of the queue that it was moved from
	number                     uint64 // in the queue; orders groups
	sequence                   string // the same, as FIFO queues show it
	sent                       time.Time
}

// message is a message in a queue. The service's lock guards all but the content,
// which receivers read without it.
type message struct {
	*content
	state        state
	due          time.Time // when the state ends, if it ends by itself
	receiveCount int
	// uncounted are the receives in another queue, which the redrive policy does
	// not count.
	uncounted                   int
	firstReceived, lastReceived time.Time
	peeked                      bool // it was received with no visibility timeout and keeps its place

	previous, following              *message // in a standard queue's order
	timerIndex, ageIndex, groupIndex int      // see sorted
}

// state is the state of a message in a queue.
type state uint8

const (
	absent state = iota
	visible
	inFlight
	delayed
)

func (s state) timed() bool   { return s == inFlight || s == delayed }
func (s state) waiting() bool { return s == visible || s == delayed }

// NewID returns a random UUID, of version 4, such as messages and requests have.
func NewID() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[0:], rand.Uint64())
	binary.BigEndian.PutUint64(b[8:], rand.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := make([]byte, 0, 36)
	for i, end := range [...]int{4, 6, 8, 10, 16} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, b[[...]int{0, 4, 6, 8, 10}[i]:end])
	}
	return string(text)
}
