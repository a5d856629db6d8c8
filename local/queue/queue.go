package queue

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// A Queue is one queue of a [Service]; see [Service.Create]. Its methods may be
// called by several goroutines at a time. Their errors are of type
// [*sqserr.Error] unless they say otherwise.
type Queue struct {
	service        *Service
	name, url, arn string
	fifo           bool
	created        time.Time
	handleMark     uint64 // marks the queue's receipt handles

	// The service's lock guards all that follows.
	modified   time.Time
	attributes map[string]string // as they were given
	settings   settings          // the same, parsed
	tags       map[string]string
	deleted    bool
	purged     time.Time

	messages store
	sent     recent[*firstSent] // by deduplication ID
	attempts recent[*attempt]   // by ReceiveRequestAttemptId
	moves    []*moveTask        // the last ones, in the order of their beginning

	waiters waiters
	alarm   alarm
	touched bool // to be settled before the lock is released
}

func newQueue(s *Service, name string, now time.Time) *Queue {
	q := &Queue{
		service: s, name: name, created: now, modified: now, handleMark: rand.Uint64(),
		url:  s.config.BaseURL + "/" + s.config.AccountID + "/" + name,
		arn:  s.arn(name),
		fifo: strings.HasSuffix(name, fifoSuffix),
		tags: map[string]string{},
	}
	q.messages.maxInFlight = maxInFlight
	q.messages.clear(q.fifo)
	return q
}

// Name is the queue's name; a FIFO queue's ends in ".fifo".
func (q *Queue) Name() string { return q.name }

// URL is how clients refer to the queue.
func (q *Queue) URL() string { return q.url }

// ARN is the queue's Amazon resource name.
func (q *Queue) ARN() string { return q.arn }

// FIFO reports whether the queue keeps the order of its message groups.
func (q *Queue) FIFO() bool { return q.fifo }

// admit gives a message its number and time in this queue.
func (q *Queue) admit(c *content, now time.Time) {
	c.number, c.sent = q.messages.newNumber(), now
	if q.fifo {
		c.sequence = strconv.FormatUint(firstSequence+c.number, 10)
	}
}

// firstSequence gives sequence numbers the 20 digits that SQS's have.
const firstSequence = 18_000_000_000_000_000_000

// arrive adds a message that was admitted: visible, or delayed until m.due.
func (q *Queue) arrive(m *message, to state) {
	q.service.touch(q)
	q.messages.add(m, to)
}

// arriveDelayed adds a message after its own delay or, if that is nil, the
// queue's.
func (q *Queue) arriveDelayed(m *message, own *time.Duration, now time.Time) {
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

// purgeInterval is how long a queue cannot be purged again.
const purgeInterval = time.Minute

// Purge deletes all messages, at most once a minute.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html
func (q *Queue) Purge() error {
	now, err := q.lock()
	defer q.service.unlock()
	switch {
	case err != nil:
		return err
	case !q.purged.IsZero() && now.Sub(q.purged) < purgeInterval:
		return sqserr.New(sqserr.PurgeQueueInProgress, "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.name)
	}
	q.purged = now
	q.messages.clear(q.fifo)
	return nil
}
