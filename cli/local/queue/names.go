package queue

import (
	"regexp"
	"strings"
)

// fifoSuffix ends the names of FIFO queues, and of no others.
const fifoSuffix = ".fifo"

var names = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// checkName refuses a name that a new queue cannot have.
func checkName(name string, fifo bool) error {
	stem, isFIFO := strings.CutSuffix(name, fifoSuffix)
	switch {
	case fifo && (!isFIFO || len(name) > 80 || !names.MatchString(stem)):
		return refuse(codeInvalidParameter, "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length")
	case !fifo && isFIFO:
		return refuse(codeInvalidParameter, "The name %s ends with .fifo, which needs the attribute FifoQueue with the value true.", name)
	case !fifo && !names.MatchString(name):
		return refuse(codeInvalidParameter, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

// maxTags bounds a queue's tags.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
const maxTags = 50

// Keys and values of tags.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
var (
	tagKeys   = regexp.MustCompile(`^[\pL\pN\pZ\s_.:/=+@-]{1,128}$`)
	tagValues = regexp.MustCompile(`^[\pL\pN\pZ\s_.:/=+@-]{0,256}$`)
)

// reservedTags begins what AWS itself writes.
const reservedTags = "aws:"

// tag adds tags, all or none; the lock is held, or nobody knows the queue yet.
func (q *Queue) tag(tags map[string]string) error {
	added := 0
	for key, value := range tags {
		if !tagKeys.MatchString(key) || !tagValues.MatchString(value) || strings.HasPrefix(key, reservedTags) || strings.HasPrefix(value, reservedTags) {
			return refuse(codeInvalidParameter, "The tag %q is invalid: keys have 1 to 128 characters, values up to 256; letters, digits, white space and _.:/=+-@, not beginning with aws:.", key)
		}
		if _, ok := q.tags[key]; !ok {
			added++
		}
	}
	if len(q.tags)+added > maxTags {
		return refuse(codeInvalidParameter, "Too many tags added for queue %s: at most %d are allowed.", q.name, maxTags)
	}
	for key, value := range tags {
		q.tags[key] = value
	}
	return nil
}
