package queue

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"math/rand/v2"
	"strconv"
	"time"
)

// Outgoing is a message to be sent. Only Body is wanted, and in a FIFO queue
// GroupID. Attributes must not be changed afterwards.
type Outgoing struct {
	Body       string
	Attributes map[string]Attribute
	// Delay is how long the message stays invisible, at most 15 minutes; nil is
	// the queue's own delay, which is the only one in FIFO queues: they take zero
	// for it, and refuse anything else.
	Delay *time.Duration
	// GroupID is a FIFO queue's message group, or a standard queue's tenant.
	GroupID string
	// DeduplicationID is for FIFO queues; without it the body's hash is taken
	// where the queue has ContentBasedDeduplication.
	DeduplicationID string
	// TraceHeader is the system attribute AWSTraceHeader.
	TraceHeader string

	request string // the trace header of the request that it came in
}

// Sent is what SQS answers to a message that it has taken. Hashes are in
// hexadecimal and empty where there is nothing to hash; SequenceNumber is empty
// on standard queues.
type Sent struct {
	ID, SequenceNumber                                string
	MD5OfBody, MD5OfAttributes, MD5OfSystemAttributes string
}

// Send puts a message into the queue. A message that repeats one of the last
// five minutes in a FIFO queue is not put there again and answered with the
// first one's ID. Errors are of type [*Error].
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func (q *Queue) Send(m Outgoing) (Sent, error) {
	c, err := q.prepare(&m, nil)
	if err != nil {
		return Sent{}, err
	}
	now, err := q.enter()
	defer q.service.leave()
	if err != nil {
		return Sent{}, err
	}
	if err := q.accepts(&m); err != nil {
		return Sent{}, err
	}
	return q.send(&m, c, now), nil
}

// prepare checks and hashes what needs no lock. Most entries of a batch have the
// attributes of the one before, which may be nil: they share them, because a map
// would be most of a small message.
func (q *Queue) prepare(m *Outgoing, before *content) (*content, error) {
	if err := checkContents(m); err != nil {
		return nil, err
	}
	c := &content{
		id: newID(), body: m.Body, md5OfBody: md5OfBody(m.Body),
		group: m.GroupID, deduplication: m.DeduplicationID, trace: m.TraceHeader, request: m.request,
	}
	if before != nil && maps.EqualFunc(m.Attributes, before.attributes, Attribute.equal) {
		c.attributes, c.md5OfAttributes = before.attributes, before.md5OfAttributes
	} else {
		if err := checkAttributes(m.Attributes); err != nil {
			return nil, err
		}
		c.attributes, c.md5OfAttributes = m.Attributes, md5OfAttributes(m.Attributes)
	}
	if q.fifo && c.deduplication == "" {
		c.deduplication = sha256Hex(m.Body)
	}
	return c, nil
}

// firstSent is what a repetition is answered with.
type firstSent struct{ id, sequence string }

// send takes an accepted message in; the lock is held.
func (q *Queue) send(m *Outgoing, c *content, now time.Time) Sent {
	if !q.fifo {
		q.admit(c, now)
		q.deliver(&message{content: c}, m.Delay, now)
		return c.answer(c.id, "")
	}
	key := q.deduplicationKey(c)
	if first := q.recent.find(key, now); first != nil {
		return c.answer(first.id, first.sequence)
	}
	q.admit(c, now)
	q.recent.remember(key, &firstSent{c.id, c.sequence}, now)
	q.deliver(&message{content: c}, nil, now)
	return c.answer(c.id, c.sequence)
}

// answer has the hashes of what was sent now, also where it repeats something
// else under the same deduplication ID: clients compare them.
func (c *content) answer(id, sequence string) Sent {
	return Sent{id, sequence, c.md5OfBody, c.md5OfAttributes, md5OfTrace(c.trace)}
}

// deliver has a message arrive after its own delay or the queue's.
func (q *Queue) deliver(m *message, own *time.Duration, now time.Time) {
	delay := q.settings.delay
	if own != nil {
		delay = *own
	}
	if delay <= 0 {
		q.arrive(m, visible)
		return
	}
	m.due = now.Add(delay)
	q.arrive(m, delayed)
}

// admit gives a message its number and time in this queue.
func (q *Queue) admit(c *content, now time.Time) {
	c.number, c.sent = q.number(), now
	if q.fifo {
		c.sequence = strconv.FormatUint(firstSequence+c.number, 10)
	}
}

// firstSequence gives sequence numbers the 20 digits that SQS's have.
const firstSequence = 18_000_000_000_000_000_000

func (q *Queue) deduplicationKey(c *content) string {
	if q.settings.perGroup {
		return c.group + "\x00" + c.deduplication
	}
	return c.deduplication
}

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// newID is a random UUID, of version 4.
func newID() string {
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
