package queue

import (
	"regexp"
	"strings"

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
