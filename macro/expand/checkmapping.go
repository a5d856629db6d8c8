package expand

import (
	"fmt"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Bounds of a mapping.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const (
	defaultBatch   = 10
	maxBatch       = 10_000
	maxFIFOBatch   = 10
	maxUnwindowed  = 10  // items of a batch without a window
	maxWindow      = 300 // seconds
	minConcurrency = 2
	maxConcurrency = 1000
)

func (p *plan) checkMapping(s *step) {
	size, window := p.checkBatch(s), p.checkWindow(s)
	path := p.at(s.Path, "EventSource", "BatchSize")
	windowed := s.EventSource.Has("MaximumBatchingWindowInSeconds")
	switch {
	case s.queue.fifo && size > maxFIFOBatch:
		p.report(diag.FIFO, path, fmt.Sprintf("BatchSize is %d, and a batch of a FIFO queue has at most %d items", size, maxFIFOBatch), fmt.Sprintf("write %d or less", maxFIFOBatch))
	case s.queue.fifo && windowed && window != 0:
		p.report(diag.FIFO, p.at(s.Path, "EventSource", "MaximumBatchingWindowInSeconds"), "a FIFO queue has no batching window", "remove MaximumBatchingWindowInSeconds")
	case size > maxUnwindowed && (!windowed || window == 0):
		p.report(diag.Batching, path, fmt.Sprintf("BatchSize is %d with no batching window, which Lambda refuses for more than %d items", size, maxUnwindowed), "add MaximumBatchingWindowInSeconds: 1, or more, beside it")
	}
	p.checkConcurrency(s)
	p.checkOwned(s)
}

// checkBatch returns the batch size, 1 if it cannot be known.
func (p *plan) checkBatch(s *step) int {
	n := s.EventSource.Get("BatchSize")
	if n == nil {
		return defaultBatch
	}
	size, known := p.number(diag.Batching, p.at(s.Path, "EventSource", "BatchSize"), n, 1, maxBatch)
	if !known {
		return 1
	}
	return size
}

// checkWindow returns the batching window in seconds, -1 if it cannot be known.
func (p *plan) checkWindow(s *step) int {
	const key = "MaximumBatchingWindowInSeconds"
	seconds, known := p.number(diag.Batching, p.at(s.Path, "EventSource", key), s.EventSource.Get(key), 0, maxWindow)
	if !known {
		return -1
	}
	return seconds
}

func (p *plan) checkConcurrency(s *step) {
	n := s.EventSource.At("ScalingConfig", "MaximumConcurrency")
	if n.IsNothing() {
		return
	}
	path := p.at(s.Path, "EventSource", "ScalingConfig", "MaximumConcurrency")
	if c, known := p.integer(n); known && (c < minConcurrency || c > maxConcurrency) {
		p.report(diag.Concurrency, path, fmt.Sprintf("MaximumConcurrency is %d, and Lambda takes %d to 1,000", c, minConcurrency), "write a number in these bounds; a single consumer at a time is to be had with one group of a FIFO queue")
	}
	if s.EventSource.Has("ProvisionedPollerConfig") {
		p.report(diag.Concurrency, path, "MaximumConcurrency stands beside ProvisionedPollerConfig, and Lambda takes one of them", "remove MaximumConcurrency: provisioned pollers bound the concurrency themselves")
	}
}

// checkOwned warns of values that StarJob overwrites.
func (p *plan) checkOwned(s *step) {
	for _, name := range owned {
		n := s.EventSource.Get(name)
		if n == nil || name == "FunctionResponseTypes" && n.Equal(cfn.Strings(reportFailures)) {
			continue
		}
		p.warn(diag.Overwritten, p.at(s.Path, "EventSource", name), name+" of a step's mapping is StarJob's own, and this value is overwritten", "remove it")
	}
}
