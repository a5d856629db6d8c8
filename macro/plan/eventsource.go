package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
)

// OwnedEventSourceProperties are the properties of an event source mapping that
// StarJob overwrites. With other values the mapping would invoke something else, or
// lose items.
var OwnedEventSourceProperties = [...]string{"EventSourceArn", "FunctionName", "FunctionResponseTypes"}

// ReportFailures is the response type with which a function reports the failed items
// of a batch. All other items count as complete.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
const ReportFailures = "ReportBatchItemFailures"

// window returns a step's batching window in seconds; the longest one if it is
// unknown.
func window(values cfn.Values, s *job.Step) int {
	n := s.EventSource.Get("MaximumBatchingWindowInSeconds")
	if n == nil {
		return 0
	}
	if seconds, ok := values.Int(n); ok {
		return seconds
	}
	return MaxWindowSeconds
}
