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
	maxUnwindowed  = 10 // items in a batch without a window
	minConcurrency = 2
	maxConcurrency = 1000
)

func checkEventSource(c *checker, s *plan.Step) {
	size, window := checkBatch(c, s), checkWindow(c, s)
	path := c.ofStep(s, "EventSource", "BatchSize")
	windowed := s.Model.EventSource.Has("MaximumBatchingWindowInSeconds")
	switch {
	case s.Queue.FIFO && size > maxFIFOBatch:
		c.Error(diag.FIFO, path, fmt.Sprintf("BatchSize of a FIFO queue is %d (allowed: 1 to %d)", size, maxFIFOBatch), fmt.Sprintf("use at most %d", maxFIFOBatch))
	case s.Queue.FIFO && windowed && window != 0:
		c.Error(diag.FIFO, c.ofStep(s, "EventSource", "MaximumBatchingWindowInSeconds"), "MaximumBatchingWindowInSeconds is set for a FIFO queue", "remove MaximumBatchingWindowInSeconds")
	case size > maxUnwindowed && (!windowed || window == 0):
		c.Error(diag.Batching, path, fmt.Sprintf("BatchSize is %d without a batching window (allowed: 1 to %d)", size, maxUnwindowed), "set MaximumBatchingWindowInSeconds to at least 1")
	}
	checkConcurrency(c, s)
	checkOwned(c, s)
}

// checkBatch returns the batch size; 1 if it is unknown.
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

// checkWindow returns the batching window in seconds; -1 if it is unknown.
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
		c.Error(diag.Concurrency, path, fmt.Sprintf("MaximumConcurrency is %d (allowed: %d to %d)", limit, minConcurrency, maxConcurrency), fmt.Sprintf("use a number from %d to %d; for one invocation at a time, use a FIFO queue with one message group", minConcurrency, maxConcurrency))
	}
	if s.Model.EventSource.Has("ProvisionedPollerConfig") {
		c.Error(diag.Concurrency, path, "MaximumConcurrency and ProvisionedPollerConfig are both set (allowed: one of them)", "remove MaximumConcurrency; provisioned pollers limit the concurrency themselves")
	}
}

// checkOwned warns of values that StarJob overwrites.
func checkOwned(c *checker, s *plan.Step) {
	for _, name := range plan.OwnedEventSourceProperties {
		n := s.Model.EventSource.Get(name)
		if n == nil || name == "FunctionResponseTypes" && n.Equal(cfn.Strings(plan.ReportFailures)) {
			continue
		}
		c.Warn(diag.Overwritten, c.ofStep(s, "EventSource", name), "StarJob overwrites "+name+" of the event source mapping", "remove it")
	}
}
