package queue

import (
	"maps"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// Sent is the response of SQS to a message that it accepted. Hashes are in
// hexadecimal, and empty if there is nothing to hash; SequenceNumber is empty
// on standard queues.
type Sent struct {
	ID, SequenceNumber                                string
	MD5OfBody, MD5OfAttributes, MD5OfSystemAttributes string
}

// Send sends a message. In a FIFO queue, one that repeats another of the last five
// minutes is not sent again; the response has the ID of the first.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
func (q *Queue) Send(m Outgoing) (Sent, error) {
	c, err := q.prepare(&m, nil)
	if err != nil {
		return Sent{}, err
	}
	now, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return Sent{}, err
	}
	if err := m.checkFor(&q.settings, q.fifo); err != nil {
		return Sent{}, err
	}
	return q.send(&m, c, now), nil
}

// SendEntry is one message of a batch, and its result.
type SendEntry struct {
	Outgoing
	// Err is why the message is refused. If the caller set it already, the message is
	// not sent, but counts in the checks of the entire batch.
	Err error
	// Sent is the answer if Err is nil.
	Sent Sent

	content *content
}

// SendBatch sends messages at one moment, and sets Err or Sent of each. The error
// means that nothing of the batch was sent: it is larger than 1 MiB, or a message
// lacks an ID that a FIFO queue requires.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
func (q *Queue) SendBatch(entries []SendEntry) error {
	bytes := 0
	for i := range entries {
		bytes += entries[i].size()
	}
	if bytes > maxMessageBytes {
		return sqserr.New(sqserr.BatchRequestTooLong, "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxMessageBytes, bytes)
	}
	var previous *content
	for i := range entries {
		if e := &entries[i]; e.Err == nil {
			if e.content, e.Err = q.prepare(&e.Outgoing, previous); e.Err == nil {
				previous = e.content
			}
		}
	}
	now, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return err
	}
	if err := q.checkBatch(entries); err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		if e.Err == nil {
			e.Err = e.checkFor(&q.settings, q.fifo)
		}
		if e.Err == nil {
			e.Sent = q.send(&e.Outgoing, e.content, now)
		}
	}
	return nil
}

// checkBatch refuses an entire batch if an entry lacks an ID that FIFO queues require,
// as SQS does.
func (q *Queue) checkBatch(entries []SendEntry) error {
	for i := range entries {
		switch e := &entries[i]; {
		case !q.fifo:
			return nil
		case e.GroupID == "":
			return sqserr.New(sqserr.InvalidParameterValue, "The request must contain the parameter MessageGroupId.")
		case e.DeduplicationID == "" && !q.settings.contentBased:
			return errNoDeduplication
		}
	}
	return nil
}

// prepare checks and hashes a message without the lock. Most entries of a batch have the
// attributes of the previous one, which may be nil: they share them, because a map
// would be most of a small message.
func (q *Queue) prepare(m *Outgoing, previous *content) (*content, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	c := &content{
		id: NewID(), body: m.Body, md5OfBody: md5OfBody(m.Body),
		group: m.GroupID, deduplication: m.DeduplicationID, trace: m.TraceHeader, requestTrace: m.RequestTrace,
	}
	if previous != nil && maps.EqualFunc(m.Attributes, previous.attributes, Attribute.equal) {
		c.attributes, c.md5OfAttributes = previous.attributes, previous.md5OfAttributes
	} else {
		if err := checkAttributes(m.Attributes); err != nil {
			return nil, err
		}
		c.attributes, c.md5OfAttributes = m.Attributes, md5OfAttributes(m.Attributes)
	}
	if q.fifo && c.deduplication == "" {
		c.deduplication = sha256OfBody(m.Body)
	}
	return c, nil
}

// send sends a message that was checked; the lock is held.
func (q *Queue) send(m *Outgoing, c *content, now time.Time) Sent {
	if !q.fifo {
		q.admit(c, now)
		q.arriveDelayed(&message{content: c}, m.Delay, now)
		return c.answer(c.id, "")
	}
	key := deduplicationKey(c, q.settings.perGroup)
	if first := q.sent.find(key, now); first != nil {
		return c.answer(first.id, first.sequence)
	}
	q.admit(c, now)
	q.sent.remember(key, &firstSent{c.id, c.sequence}, now)
	q.arriveDelayed(&message{content: c}, nil, now)
	return c.answer(c.id, c.sequence)
}

// answer has the hashes of the message that was sent now, even if an earlier message
// with the same deduplication ID differs: clients compare them.
func (c *content) answer(id, sequence string) Sent {
	return Sent{id, sequence, c.md5OfBody, c.md5OfAttributes, md5OfTrace(c.trace)}
}
