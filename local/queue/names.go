package queue

import (
	"maps"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// fifoSuffix ends the names of FIFO queues, and only those.
const fifoSuffix = ".fifo"

var queueNames = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// checkName refuses a name that a new queue cannot have.
func checkName(name string, fifo bool) error {
	stem, isFIFO := strings.CutSuffix(name, fifoSuffix)
	switch {
	case fifo && (!isFIFO || len(name) > 80 || !queueNames.MatchString(stem)):
		return sqserr.New(sqserr.InvalidParameterValue, "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length")
	case !fifo && isFIFO:
		return sqserr.New(sqserr.InvalidParameterValue, "The name %s ends with .fifo, which needs the attribute FifoQueue with the value true.", name)
	case !fifo && !queueNames.MatchString(name):
		return sqserr.New(sqserr.InvalidParameterValue, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

// nameOfARN is the last part of an ARN: a queue's name.
func nameOfARN(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }

// maxTags bounds a queue's tags.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
const maxTags = 50

// addTags adds tags to those of a queue, all or none.
func addTags(present, added map[string]string, queue string) error {
	n := 0
	for key, value := range added {
		if key == "" || !isTag(key, 128) || !isTag(value, 256) {
			return sqserr.New(sqserr.InvalidParameterValue, "The tag %q is invalid: keys have 1 to 128 characters, values up to 256; letters, digits, white space and _.:/=+-@, not beginning with aws:.", key)
		}
		if _, ok := present[key]; !ok {
			n++
		}
	}
	if len(present)+n > maxTags {
		return sqserr.New(sqserr.InvalidParameterValue, "Too many tags added for queue %s: at most %d are allowed.", queue, maxTags)
	}
	maps.Copy(present, added)
	return nil
}

// isTag reports whether a tag's key, or its value, is short enough, has only
// characters that are allowed, and does not begin as AWS's own do.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
func isTag(s string, maxLength int) bool {
	return utf8.RuneCountInString(s) <= maxLength && !strings.HasPrefix(s, "aws:") &&
		!strings.ContainsFunc(s, func(c rune) bool {
			return !unicode.In(c, unicode.L, unicode.N, unicode.Z) && !strings.ContainsRune("\t\n\f\r_.:/=+@-", c)
		})
}
