package check

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
)

// Bounds of an event source mapping.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const (
	defaultBatch   = 10
	maxBatch       = 10_000
	maxFIFOBatch   = 10
	maxUnwindowed  = 10 // items of a batch without a window
	minConcurrency = 2
	maxConcurrency = 1000
)

func checkEventSource(c *checker, s *plan.Step) {
	size, window := checkBatch(c, s), checkWindow(c, s)
	path := c.ofStep(s, "EventSource", "BatchSize")
	windowed := s.Model.EventSource.Has("MaximumBatchingWindowInSeconds")
	switch {
	case s.Queue.FIFO && size > maxFIFOBatch:
		c.Error(diag.FIFO, path, fmt.Sprintf("BatchSize is %d, and a batch of a FIFO queue has at most %d items", size, maxFIFOBatch), fmt.Sprintf("write %d or less", maxFIFOBatch))
	case s.Queue.FIFO && windowed && window != 0:
		c.Error(diag.FIFO, c.ofStep(s, "EventSource", "MaximumBatchingWindowInSeconds"), "a FIFO queue has no batching window", "remove MaximumBatchingWindowInSeconds")
	case size > maxUnwindowed && (!windowed || window == 0):
		c.Error(diag.Batching, path, fmt.Sprintf("BatchSize is %d with no batching window, which Lambda refuses for more than %d items", size, maxUnwindowed), "add MaximumBatchingWindowInSeconds: 1, or more, beside it")
	}
	checkConcurrency(c, s)
	checkOwned(c, s)
}

// checkBatch returns the batch size, 1 if it cannot be known.
func checkBatch(c *checker, s *plan.Step) int {
	n := s.Model.EventSource.Get("BatchSize")
	if n == nil {
		return defaultBatch
	}
	size, known := c.number(diag.Batching, c.ofStep(s, "EventSource", "BatchSize"), n, 1, maxBatch)
	if !known {
		return 1
	}
	return size
}

// checkWindow returns the batching window in seconds, -1 if it cannot be known.
func checkWindow(c *checker, s *plan.Step) int {
	const key = "MaximumBatchingWindowInSeconds"
	seconds, known := c.number(diag.Batching, c.ofStep(s, "EventSource", key), s.Model.EventSource.Get(key), 0, plan.MaxWindowSeconds)
	if !known {
		return -1
	}
	return seconds
}

func checkConcurrency(c *checker, s *plan.Step) {
	n := s.Model.EventSource.At("ScalingConfig", "MaximumConcurrency")
	if n.IsNothing() {
		return
	}
	path := c.ofStep(s, "EventSource", "ScalingConfig", "MaximumConcurrency")
	if limit, known := c.values.Int(n); known && (limit < minConcurrency || limit > maxConcurrency) {
		c.Error(diag.Concurrency, path, fmt.Sprintf("MaximumConcurrency is %d, and Lambda takes %d to 1,000", limit, minConcurrency), "write a number in these bounds; a single consumer at a time is to be had with one group of a FIFO queue")
	}
	if s.Model.EventSource.Has("ProvisionedPollerConfig") {
		c.Error(diag.Concurrency, path, "MaximumConcurrency stands beside ProvisionedPollerConfig, and Lambda takes one of them", "remove MaximumConcurrency: provisioned pollers bound the concurrency themselves")
	}
}

// checkOwned warns of values that StarJob overwrites.
func checkOwned(c *checker, s *plan.Step) {
	for _, name := range plan.OwnedEventSourceProperties {
		n := s.Model.EventSource.Get(name)
		if n == nil || name == "FunctionResponseTypes" && n.Equal(cfn.Strings(plan.ReportFailures)) {
			continue
		}
		c.Warn(diag.Overwritten, c.ofStep(s, "EventSource", name), name+" of a step's mapping is StarJob's own, and this value is overwritten", "remove it")
	}
}
