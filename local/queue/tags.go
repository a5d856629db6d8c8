package queue

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

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
