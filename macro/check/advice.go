package check

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

const (
	// lateVisibility is how long the items of a killed function may stay invisible
	// before that deserves a warning, in seconds.
	lateVisibility = 30 * 60
	// initialInvocations is how many invocations at once Lambda begins to work
	// through a queue with.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
	initialInvocations = 5
)

// advise warns of what AWS accepts, and what costs time, attempts or duplicates.
func advise(c *checker, s *plan.Step) {
	adviseVisibility(c, s)
	adviseWindow(c, s)
	adviseReserved(c, s)
}

// adviseVisibility warns of items that are retried late: those of a function that
// was killed are, when their visibility timeout ends and not before.
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
	c.Warn(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout of the step %s is %d s, so what a killed function held, out of time or memory, comes back after %d minutes", s.Model.Name, seconds, seconds/60),
		fmt.Sprintf("lower the function's Timeout, or write Queue: {VisibilityTimeout: %d} if that is too late", shortest))
}

// adviseWindow warns of a batching window that has no effect: a batch of one is
// full at once, and items that become visible again while they wait are worked
// on twice.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func adviseWindow(c *checker, s *plan.Step) {
	window, known := c.values.Int(s.Model.EventSource.Get("MaximumBatchingWindowInSeconds"))
	if !known || window <= 0 {
		return
	}
	path := c.ofStep(s, "EventSource", "MaximumBatchingWindowInSeconds")
	if size, known := c.values.Int(s.Model.EventSource.Get("BatchSize")); known && size == 1 {
		c.Warn(diag.Overwritten, path, "MaximumBatchingWindowInSeconds has no effect, for a batch of one item is never waited for", "remove it, or let BatchSize be more than 1")
	}
	visibility, known := c.values.Int(s.Model.Queue.Get("VisibilityTimeout"))
	timeout := s.Function.CountedTimeout()
	if known && timeout <= visibility && visibility < timeout+window {
		c.Warn(diag.Visibility, path, fmt.Sprintf("items wait up to %d s for their batch and are then worked on for up to %d s, but are visible again after %d s, the VisibilityTimeout: they may be worked on twice, and the window is of no use", window, timeout, visibility),
			fmt.Sprintf("remove VisibilityTimeout, which StarJob makes %d s, or shorten the window", s.Visibility))
	}
}

// adviseReserved warns of a function with less concurrency than Lambda tries to
// invoke it with: what is throttled counts as received, and goes to the
// dead-letter queue after a few times without ever having been worked on. In a
// FIFO queue it depends on the groups.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
func adviseReserved(c *checker, s *plan.Step) {
	reserved, known := c.values.Int(s.Function.Effective.Get("ReservedConcurrentExecutions"))
	if !known || s.Queue.FIFO {
		return
	}
	path := c.ofStep(s, "Function", "ReservedConcurrentExecutions")
	n := s.Model.EventSource.At("ScalingConfig", "MaximumConcurrency")
	maximum, limited := c.values.Int(n)
	const consequence = "what Lambda throttles counts as an attempt, so items may become dead letters that were never worked on"
	switch {
	case limited && maximum > reserved:
		c.Warn(diag.Concurrency, c.ofStep(s, "EventSource", "ScalingConfig", "MaximumConcurrency"), fmt.Sprintf("MaximumConcurrency is %d, and the function has %d of ReservedConcurrentExecutions: %s", maximum, reserved, consequence), "let MaximumConcurrency be no more than ReservedConcurrentExecutions")
	case n.IsNothing() && reserved < initialInvocations:
		c.Warn(diag.Concurrency, path, fmt.Sprintf("ReservedConcurrentExecutions is %d, and Lambda begins with %d invocations at once: %s", reserved, initialInvocations, consequence), adviceOf(reserved))
	}
}

func adviceOf(reserved int) string {
	if reserved < minConcurrency {
		return fmt.Sprintf("reserve %d or more, with EventSource: {ScalingConfig: {MaximumConcurrency: %d}} to bound it; or use a FIFO queue with one group", initialInvocations, minConcurrency)
	}
	return fmt.Sprintf("add EventSource: {ScalingConfig: {MaximumConcurrency: %d}}, or reserve %d or more", reserved, initialInvocations)
}
