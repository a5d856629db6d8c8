package expand

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/diag"
)

const (
	// latest is how long what a killed function held may stay invisible before
	// it deserves a warning, in seconds.
	latest = 30 * 60
	// minPollers is with how many invocations at once Lambda begins to work
	// through a queue.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
	minPollers = 5
)

// advise warns of what AWS takes, and what costs time, attempts or duplicates.
func (p *plan) advise(s *step) {
	p.adviseReturn(s)
	p.adviseWindow(s)
	p.adviseReserved(s)
}

// adviseReturn warns of items that come back late: those of a function that was
// killed do so when their visibility timeout ends, and not before.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (p *plan) adviseReturn(s *step) {
	const key = "VisibilityTimeout"
	seconds, known := p.visibility(s), true
	path := p.at(s.Path, "Function", "Timeout")
	if n := s.Queue.Get(key); n != nil {
		seconds, known = p.integer(n)
		path = p.at(s.Path, "Queue", key)
	}
	if !known || seconds <= latest || p.reported(path) {
		return
	}
	least := max(s.function.countedTimeout()+p.window(s), min(latest, 6*s.function.countedTimeout()))
	p.warn(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout of the step %s is %d s, so what a killed function held, out of time or memory, comes back after %d minutes", s.Name, seconds, seconds/60),
		fmt.Sprintf("lower the function's Timeout, or write Queue: {VisibilityTimeout: %d} if that is too late", least))
}

// adviseWindow warns of a batching window that is of no use: a batch of one is
// full at once, and items that become visible again while they wait are worked
// on twice.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (p *plan) adviseWindow(s *step) {
	window, known := p.integer(s.EventSource.Get("MaximumBatchingWindowInSeconds"))
	if !known || window <= 0 {
		return
	}
	path := p.at(s.Path, "EventSource", "MaximumBatchingWindowInSeconds")
	if size, known := p.integer(s.EventSource.Get("BatchSize")); known && size == 1 {
		p.warn(diag.Overwritten, path, "MaximumBatchingWindowInSeconds has no effect, for a batch of one item is never waited for", "remove it, or let BatchSize be more than 1")
	}
	visibility, known := p.integer(s.Queue.Get("VisibilityTimeout"))
	timeout := s.function.countedTimeout()
	if known && timeout <= visibility && visibility < timeout+window {
		p.warn(diag.Visibility, path, fmt.Sprintf("items wait up to %d s for their batch and are then worked on for up to %d s, but are visible again after %d s, the VisibilityTimeout: they may be worked on twice, and the window is of no use", window, timeout, visibility),
			fmt.Sprintf("remove VisibilityTimeout, which StarJob makes %d s, or shorten the window", p.visibility(s)))
	}
}

// adviseReserved warns of a function with less concurrency than Lambda tries to
// invoke it with: what is throttled counts as received, and goes to the
// dead-letter queue after a few times without ever having been worked on. In a
// FIFO queue it depends on the groups.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
func (p *plan) adviseReserved(s *step) {
	reserved, known := p.integer(s.function.effective.Get("ReservedConcurrentExecutions"))
	if !known || s.queue.fifo {
		return
	}
	path := p.at(s.Path, "Function", "ReservedConcurrentExecutions")
	n := s.EventSource.At("ScalingConfig", "MaximumConcurrency")
	most, limited := p.integer(n)
	const consequence = "what Lambda throttles counts as an attempt, so items may become dead letters that were never worked on"
	switch {
	case limited && most > reserved:
		p.warn(diag.Concurrency, p.at(s.Path, "EventSource", "ScalingConfig", "MaximumConcurrency"), fmt.Sprintf("MaximumConcurrency is %d, and the function has %d of ReservedConcurrentExecutions: %s", most, reserved, consequence), "let MaximumConcurrency be no more than ReservedConcurrentExecutions")
	case n.IsNothing() && reserved < minPollers:
		p.warn(diag.Concurrency, path, fmt.Sprintf("ReservedConcurrentExecutions is %d, and Lambda begins with %d invocations at once: %s", reserved, minPollers, consequence), adviceOf(reserved))
	}
}

func adviceOf(reserved int) string {
	if reserved < minConcurrency {
		return fmt.Sprintf("reserve %d or more, with EventSource: {ScalingConfig: {MaximumConcurrency: %d}} to bound it; or use a FIFO queue with one group", minPollers, minConcurrency)
	}
	return fmt.Sprintf("add EventSource: {ScalingConfig: {MaximumConcurrency: %d}}, or reserve %d or more", reserved, minPollers)
}
