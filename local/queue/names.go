package queue

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
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

// isTag tells whether a tag's key, or its value, has at most so many characters,
// none that it must not have, and does not begin with what AWS itself writes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
func isTag(text string, most int) bool {
	return utf8.RuneCountInString(text) <= most && !strings.HasPrefix(text, "aws:") &&
		!strings.ContainsFunc(text, func(c rune) bool {
			return !unicode.In(c, unicode.L, unicode.N, unicode.Z) && !strings.ContainsRune("\t\n\f\r_.:/=+@-", c)
		})
}

// tag adds tags, all or none; the lock is held, or nobody knows the queue yet.
func (q *Queue) tag(tags map[string]string) error {
	added := 0
	for key, value := range tags {
		if key == "" || !isTag(key, 128) || !isTag(value, 256) {
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
