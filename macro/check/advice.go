package check

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

const (
	// lateVisibility is the longest visibility timeout without a warning, in seconds.
	// The items of a function that was killed stay invisible until it ends.
	lateVisibility = 30 * 60
	// initialInvocations is the number of concurrent invocations with which Lambda
	// starts to process a queue.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
	initialInvocations = 5
)

// advise warns of settings that AWS accepts but that cost time, attempts or
// duplicates.
func advise(c *checker, s *plan.Step) {
	adviseVisibility(c, s)
	adviseWindow(c, s)
	adviseReserved(c, s)
}

// adviseVisibility warns of items that are retried late: after a function was
// killed, its items are retried only when their visibility timeout ends.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func adviseVisibility(c *checker, s *plan.Step) {
	const key = "VisibilityTimeout"
	seconds, known := s.Visibility, true
	path := c.ofStep(s, "Function", "Timeout")
	if n := s.Model.Queue.Get(key); n != nil {
		seconds, known = c.values.Int(n)
		path = c.ofStep(s, "Queue", key)
	}
	if !known || seconds <= lateVisibility || c.At(path) {
		return
	}
	shortest := max(s.Function.CountedTimeout()+s.Window, min(lateVisibility, 6*s.Function.CountedTimeout()))
	c.Warn(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout of the step %s is %d s; items of a function that runs out of time or memory are retried only after %d minutes", s.Model.Name, seconds, seconds/60),
		fmt.Sprintf("if that is too late, lower the function's Timeout, or set Queue: {VisibilityTimeout: %d}", shortest))
}

// adviseWindow warns of a batching window that has no effect, because a batch of
// one item is always full, and of one during which items become visible again and
// are processed twice.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func adviseWindow(c *checker, s *plan.Step) {
	window, known := c.values.Int(s.Model.EventSource.Get("MaximumBatchingWindowInSeconds"))
	if !known || window <= 0 {
		return
	}
	path := c.ofStep(s, "EventSource", "MaximumBatchingWindowInSeconds")
	if size, known := c.values.Int(s.Model.EventSource.Get("BatchSize")); known && size == 1 {
		c.Warn(diag.Overwritten, path, "MaximumBatchingWindowInSeconds is set with BatchSize 1", "remove it, or set BatchSize to more than 1")
	}
	visibility, known := c.values.Int(s.Model.Queue.Get("VisibilityTimeout"))
	timeout := s.Function.CountedTimeout()
	if known && timeout <= visibility && visibility < timeout+window {
		c.Warn(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout is %d s, less than the batching window of %d s plus the function's timeout of %d s, so items may be processed twice", visibility, window, timeout),
			fmt.Sprintf("remove VisibilityTimeout, for which StarJob sets %d s, or shorten the window", s.Visibility))
	}
}

// adviseReserved warns of a function with less reserved concurrency than Lambda
// tries to use. A throttled invocation counts as a receive, so its items can reach
// the dead-letter queue without being processed. FIFO queues are exempt, because
// their concurrency depends on the message groups.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
func adviseReserved(c *checker, s *plan.Step) {
	reserved, known := c.values.Int(s.Function.Effective.Get("ReservedConcurrentExecutions"))
	if !known || s.Queue.FIFO {
		return
	}
	path := c.ofStep(s, "Function", "ReservedConcurrentExecutions")
	n := s.Model.EventSource.At("ScalingConfig", "MaximumConcurrency")
	maximum, limited := c.values.Int(n)
	const consequence = "throttled invocations count as attempts, so items may be dead-lettered without being processed"
	switch {
	case limited && maximum > reserved:
		c.Warn(diag.Concurrency, c.ofStep(s, "EventSource", "ScalingConfig", "MaximumConcurrency"), fmt.Sprintf("MaximumConcurrency is %d, more than ReservedConcurrentExecutions, which is %d; %s", maximum, reserved, consequence), "set MaximumConcurrency to at most ReservedConcurrentExecutions")
	case n.IsNothing() && reserved < initialInvocations:
		c.Warn(diag.Concurrency, path, fmt.Sprintf("ReservedConcurrentExecutions is %d, but Lambda starts with %d concurrent invocations; %s", reserved, initialInvocations, consequence), adviceOf(reserved))
	}
}

func adviceOf(reserved int) string {
	if reserved < minConcurrency {
		return fmt.Sprintf("reserve at least %d and set EventSource: {ScalingConfig: {MaximumConcurrency: %d}}, or use a FIFO queue with one message group", initialInvocations, minConcurrency)
	}
	return fmt.Sprintf("set EventSource: {ScalingConfig: {MaximumConcurrency: %d}}, or reserve at least %d", reserved, initialInvocations)
}
