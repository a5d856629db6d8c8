package mapping

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/sandbox"
)

// work has the function work on a batch, deletes the messages that succeeded,
// and returns the others.
func (p *Poller) work(ctx context.Context, b batch) (failed []queue.Message) {
	defer p.activity.Begin()()
	reply, err := p.deliver(ctx, b)
	var succeeded []string
	if err == nil {
		succeeded, failed, err = p.divide(b.messages, reply)
	}
	var loop *function.LoopError
	switch {
	case errors.As(err, &loop), errors.Is(err, sandbox.ErrThrottled):
		p.function.RecordFailure(err)
		return b.messages
	case err != nil:
		p.function.RecordFailure(err)
		p.counters.failed.Add(int64(len(b.messages)))
		p.counters.crashed.Add(int64(len(b.messages)))
		return b.messages
	}
	p.counters.succeeded.Add(int64(len(succeeded)))
	p.counters.failed.Add(int64(len(failed)))
	if p.queue.Delete(succeeded...) != nil {
		// It took longer than the visibility timeout. A FIFO queue has gone on to the
		// next messages, and will deliver the messages again that were not deleted.
		return b.messages
	}
	return failed
}

// deliver has the function work on a batch. While all its processes are busy the
// batch waits, but no longer than its messages are invisible: then they are
// received once more, in another batch.
func (p *Poller) deliver(ctx context.Context, b batch) (reply []byte, err error) {
	all := int64(len(b.messages))
	lineage := lineageOf(b.messages, p.lineageID)
	if p.loopsEnd && lineage.Count(p.lineageID) >= function.MaxHops {
		p.counters.stopped.Add(all)
		return nil, &function.LoopError{Function: p.plan.FunctionName}
	}
	p.counters.received.Add(all)
	reply, err = p.function.Invoke(ctx, sandbox.Invocation{
		Payload: b.event, Lineage: lineage.Through(p.lineageID).String(), WaitTimeout: max(1, time.Until(b.visibleAt)),
	})
	if errors.Is(err, sandbox.ErrThrottled) {
		p.counters.received.Add(-all)
		p.counters.throttled.Add(all)
	}
	return reply, err
}

// divide returns the receipt handles of the messages that succeeded, and the
// messages that the reply reports as failed. Without ReportBatchItemFailures, the
// reply is ignored.
func (p *Poller) divide(messages []queue.Message, reply []byte) (succeeded []string, failed []queue.Message, err error) {
	reported := map[string]bool{}
	if p.plan.ReportsFailures {
		ids, err := failures(reply, func(id string) bool { return contains(messages, id) })
		if err != nil {
			return nil, nil, err
		}
		for _, id := range ids {
			reported[id] = true
		}
	}
	succeeded = make([]string, 0, len(messages))
	for _, m := range messages {
		if reported[m.ID] {
			failed = append(failed, m)
		} else {
			succeeded = append(succeeded, m.ReceiptHandle)
		}
	}
	return succeeded, failed, nil
}

func contains(messages []queue.Message, id string) bool {
	return slices.ContainsFunc(messages, func(m queue.Message) bool { return m.ID == id })
}

// lineageOf returns the lineage of a batch: the one of its messages that counts the
// fewest invocations of the function. A function passes on one lineage for an entire
// batch. AWS does not document which; this one stops no loop too early.
func lineageOf(messages []queue.Message, lineageID string) function.Lineage {
	minCount, header := -1, ""
	var chosen function.Lineage
	for i := range messages {
		trace := messages[i].Trace()
		if i > 0 && trace == header {
			continue
		}
		header = trace
		if l := function.ParseLineage(trace); minCount < 0 || l.Count(lineageID) < minCount {
			minCount, chosen = l.Count(lineageID), l
		}
	}
	return chosen
}
