package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// OwnedEventSourceProperties are the properties of an event source mapping that
// StarJob overwrites: without them it would invoke something else, or lose items.
var OwnedEventSourceProperties = [...]string{"EventSourceArn", "FunctionName", "FunctionResponseTypes"}

// ReportFailures is the response type that lets a function report the items of a
// batch that failed; all others then count as complete.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
const ReportFailures = "ReportBatchItemFailures"

// window is a step's batching window in seconds; one that is not known counts as
// the longest.
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

// visibility is how long a received item stays invisible, in seconds, unless the
// user says otherwise. It is what AWS advises: long enough for Lambda to go on
// trying while a function is throttled.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func visibility(f *Function, window int) int {
	return min(wire.MaxVisibilitySeconds, 6*f.CountedTimeout()+window)
}
