// Package mapping runs event source mappings: pollers that gather the messages of a
// queue into batches, have a function work on them, and delete what succeeded. It
// does not start functions or make queues. [Poller.Run] is where to start reading.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
package mapping

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/sandbox"
)

// Function is the function that an event source mapping invokes.
type Function interface {
	// Invoke runs one invocation and returns the function's answer.
	Invoke(ctx context.Context, in sandbox.Invocation) (reply []byte, err error)
	// RecordFailure keeps why an entire batch failed.
	RecordFailure(err error)
}

// A Poller runs an event source mapping. Nothing is deleted before a valid reply. A
// message that failed stays invisible until its visibility timeout ends, which the
// function may have changed.
type Poller struct {
	plan     *plan.Mapping
	queue    *queue.Queue
	function Function
	activity *function.Activity
	slots    chan struct{} // one for each batch that may run at a time

	visibilityTimeout time.Duration // of the queue
	lineageID         string        // of the function
	loopsEnd          bool          // Lambda ends the function's loops

	counters  counters
	carried   []queue.Message // that did not fit into the last event
	visibleAt time.Time       // when the messages received last become visible again
	gathered  atomic.Int64    // messages of the batch that is being gathered
}

// New returns a poller for an enabled event source mapping, which runs at most
// that many batches at a time, and no more than the mapping's maximum
// concurrency. Activity counts the batches in progress.
func New(m *plan.Mapping, q *queue.Queue, f Function, activity *function.Activity, maxBatches int) *Poller {
	if m.MaxConcurrency > 0 {
		maxBatches = min(maxBatches, m.MaxConcurrency)
	}
	return &Poller{
		plan: m, queue: q, function: f, activity: activity, slots: make(chan struct{}, maxBatches),
		visibilityTimeout: m.Queue.VisibilityTimeout(), lineageID: function.LineageID(m.Function.Name), loopsEnd: !m.Function.AllowsRecursion,
	}
}

// Plan returns the event source mapping in the template.
func (p *Poller) Plan() *plan.Mapping { return p.plan }

// State returns the present counts.
func (p *Poller) State() State { return p.counters.state() }

// Gathering reports whether a batch is being gathered that has messages already.
func (p *Poller) Gathering() bool { return p.gathered.Load() > 0 }

// Run polls until polling ends, then waits for the batches in progress. The
// context working cancels those.
func (p *Poller) Run(polling, working context.Context) {
	var batches sync.WaitGroup
	defer batches.Wait()
	defer p.release(func(*queue.Message) bool { return true })
	if held := p.holdSlots(); held > 0 {
		batches.Go(func() { p.scaleUp(polling, held) })
	}
	for {
		select {
		case p.slots <- struct{}{}:
		case <-polling.Done():
			return
		}
		b, err := p.gather(polling)
		if err != nil {
			<-p.slots
			return
		}
		if p.queue.FIFO() && len(p.carried) > 0 {
			p.workInOrder(working, b)
			continue
		}
		batches.Go(func() {
			defer func() { <-p.slots }()
			p.work(working, b)
		})
	}
}

// workInOrder works on a batch while messages are carried that may belong to the
// same groups: they follow only after it, and not at all if one of their group
// failed.
func (p *Poller) workInOrder(ctx context.Context, b batch) {
	defer func() { <-p.slots }()
	groups := map[string]bool{}
	for _, m := range p.work(ctx, b) {
		groups[GroupID(&m)] = true
	}
	p.release(func(m *queue.Message) bool { return groups[GroupID(m)] })
}

// GroupID returns a message's group in a FIFO queue; empty if it has none.
func GroupID(m *queue.Message) string {
	for name, value := range m.SystemAttributes() {
		if name == "MessageGroupId" {
			return value
		}
	}
	return ""
}

// release makes messages visible again that were received but will not be worked
// on.
func (p *Poller) release(unwanted func(*queue.Message) bool) {
	var kept []queue.Message
	for _, m := range p.carried {
		if !unwanted(&m) {
			kept = append(kept, m)
			continue
		}
		// It fails only if the message is gone, or visible already.
		_ = p.queue.ChangeVisibility(m.ReceiptHandle, 0)
	}
	p.carried = kept
}
