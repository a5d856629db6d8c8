package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
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

// visibility returns the default visibility timeout in seconds. It is what AWS
// recommends, so that Lambda can retry throttled invocations.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func visibility(f *Function, window int) int {
	return min(wire.MaxVisibilitySeconds, 6*f.CountedTimeout()+window)
}
