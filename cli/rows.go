package cli

import (
	"strings"
	"time"

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
)

// row is what is known of one step at a moment. Items count once for each
// delivery, so that received is succeeded, failed and ignored together once
// nothing is in work.
type row struct {
	Step      string `json:"step"`
	Waiting   int    `json:"waiting"`  // visible in the queue
	InFlight  int    `json:"inFlight"` // received, in work or waiting to be tried again
	Delayed   int    `json:"delayed"`  // sent with a delay that has not run out
	Arrived   int    `json:"arrived"`  // messages that ever came into the queue
	Received  int    `json:"received"` // deliveries to the function
	Succeeded int    `json:"succeeded"`
	Failed    int    `json:"failed"`    // will be tried again, or is dead
	Ignored   int    `json:"ignored"`   // failed, and complete all the same by IgnoreErrors
	Retries   int    `json:"retries"`   // deliveries after an item's first
	Dead      int    `json:"dead"`      // messages that came into the dead-letter queue
	Generated int    `json:"generated"` // items sent to any step

	// Milliseconds that the handler took for an item.
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`

	ColdStarts int `json:"coldStarts"` // processes started

	// Milliseconds until the first of those in flight or delayed is visible,
	// where nothing is in work; otherwise 0.
	DueIn float64 `json:"dueIn,omitempty"`
}

// namespace and the names below are those of the metrics that the runtime
// writes for every batch.
const namespace = "StarJob"

func (s *session) rows() []row {
	snapshot := s.stack.Snapshot()
	rows := make([]row, len(s.steps))
	for i, step := range s.steps {
		rows[i] = rowOf(step, snapshot)
	}
	return rows
}

// rowOf takes what the handlers said of their items from the runtime's metrics.
// A batch whose function failed as a whole wrote none: its items count as
// failed. Nor does a function that is not StarJob's: its replies count.
func rowOf(step expand.Step, all local.Snapshot) row {
	queue, mapping, function := all.Queues[step.Queue], all.Mappings[step.EventSource], all.Functions[step.Function]
	r := row{
		Step: step.Name, Waiting: queue.Waiting, InFlight: queue.InFlight, Delayed: queue.Delayed,
		Arrived: queue.Arrived, Received: mapping.Received, Retries: mapping.Retries, Dead: all.Queues[step.DeadLetterQueue].Arrived,
		ColdStarts: function.ColdStarts,
	}
	metric := func(name string) local.Distribution { return function.Metric(namespace, name) }
	durations := metric("duration")
	if metric("received").Count == 0 {
		r.Succeeded, r.Failed, durations = mapping.Succeeded, mapping.Failed, function.Durations
	} else {
		r.Succeeded = int(metric("succeeded").Sum)
		r.Ignored = int(metric("ignored").Sum)
		r.Failed = int(metric("failed").Sum) + mapping.Crashed
		r.Generated = int(metric("generated").Sum)
	}
	r.P50, r.P95, r.P99 = durations.Quantile(0.5), durations.Quantile(0.95), durations.Quantile(0.99)
	// What waits in a FIFO queue may wait behind what comes back.
	still := r.Waiting == 0 || strings.HasSuffix(queue.Name, ".fifo")
	if all.Quiet && still && !queue.Due.IsZero() {
		r.DueIn = max(1, float64(time.Until(queue.Due))/float64(time.Millisecond))
	}
	return r
}
