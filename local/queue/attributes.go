package queue

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// Attributes returns the queue's attributes: those that were set, the defaults of
// others, and those that SQS itself sets. Counts of messages are exact.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
func (q *Queue) Attributes() (map[string]string, error) {
	_, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return nil, err
	}
	all := maps.Clone(q.attributes)
	n := q.messages.stats()
	all["QueueArn"] = q.arn
	all["ApproximateNumberOfMessages"] = strconv.Itoa(n.Visible)
	all["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(n.InFlight)
	all["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(n.Delayed)
	all["CreatedTimestamp"] = unixSeconds(q.created)
	all["LastModifiedTimestamp"] = unixSeconds(q.modified)
	return all, nil
}

func unixSeconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// SetAttributes sets attributes, all or none. The error lists all problems.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
func (q *Queue) SetAttributes(attributes map[string]string) error {
	now, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return err
	}
	if err := q.configure(attributes, false); err != nil {
		return err
	}
	q.modified = now
	return nil
}

// configure sets attributes, all or none; those of a new queue start from the
// defaults. The lock is held, or nobody knows the queue yet.
func (q *Queue) configure(attributes map[string]string, creating bool) error {
	if reasons := nameFaults(attributes, q.fifo, creating); len(reasons) > 0 {
		return sqserr.New(sqserr.InvalidAttributeName, "%s", strings.Join(reasons, " "))
	}
	merged := merge(q.attributes, attributes, q.fifo)
	parsed, reasons := parse(merged)
	if len(reasons) > 0 {
		return sqserr.New(sqserr.InvalidAttributeValue, "%s", strings.Join(reasons, " "))
	}
	if policy := attributes["RedrivePolicy"]; policy != "" { // the target of the present policy may be deleted
		if err := checkRedrive(q, policy, parsed.redrive); err != nil {
			return err
		}
	}
	q.attributes, q.settings = merged, parsed
	return nil
}

// sameAttributes refuses values that differ from the queue's; the lock is held.
func (q *Queue) sameAttributes(attributes map[string]string) error {
	if reasons := nameFaults(attributes, q.fifo, true); len(reasons) > 0 {
		return sqserr.New(sqserr.InvalidAttributeName, "%s", strings.Join(reasons, " "))
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if q.attributes[name] != attributes[name] {
			return sqserr.New(sqserr.QueueNameExists, "A queue already exists with the same name and a different value for attribute %s", name)
		}
	}
	return nil
}

// Tags returns the queue's tags.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html
func (q *Queue) Tags() (map[string]string, error) {
	_, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return nil, err
	}
	return maps.Clone(q.tags), nil
}

// Tag adds tags, all or none, at most 50 of them.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html
func (q *Queue) Tag(tags map[string]string) error {
	_, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return err
	}
	return addTags(q.tags, tags, q.name)
}

// Untag removes the tags with these keys. Keys that the queue does not have are
// ignored.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html
func (q *Queue) Untag(keys ...string) error {
	_, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return err
	}
	for _, key := range keys {
		delete(q.tags, key)
	}
	return nil
}
