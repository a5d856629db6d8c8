package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/backoff"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

const (
	// callTimeout bounds one call: a broken connection must not delay its entries
	// until the deadline.
	callTimeout = 20 * time.Second
	// Back-off between attempts to send the same entries.
	minRetryDelay = 50 * time.Millisecond
	maxRetryDelay = 5 * time.Second
)

var errAbandoned = errors.New("an earlier message of the same item was not sent")

// enqueue makes a batch ready for a worker. The caller holds mu.
func (o *Outbox) enqueue(b *batch) {
	o.ready = append(o.ready, b)
	o.addWorker()
}

// addWorker starts a worker if there is work and the limit allows it. The caller holds
// mu.
func (o *Outbox) addWorker() {
	if o.workers < o.pace.limit && len(o.ready) > 0 {
		o.workers++
		go o.work()
	}
}

// work makes one call after another, until there is nothing to send or the limit on
// concurrent calls has fallen.
func (o *Outbox) work() {
	for b := o.dequeue(); b != nil; b = o.dequeue() {
		o.send(b)
	}
}

// dequeue returns the next batch of a worker, or nil to end the worker.
func (o *Outbox) dequeue() *batch {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.ready) == 0 {
		o.pace.starved()
	}
	if len(o.ready) == 0 || o.workers > o.pace.limit {
		o.workers--
		return nil
	}
	b := o.ready[0]
	o.ready[0] = nil
	o.ready = o.ready[1:]
	o.addWorker() // the limit may have risen
	return b
}

// send makes one call and handles its result. A call that failed may still have sent
// its messages. Then they arrive twice, which at-least-once delivery allows; it does
// not allow losing one.
func (o *Outbox) send(b *batch) {
	ctx, cancel := context.WithTimeout(o.ctx, callTimeout)
	messages := make([]*sqs.Message, len(b.entries))
	for i, e := range b.entries {
		messages[i] = &e.Message
	}
	results, err := o.sender.Send(ctx, b.queue, messages)
	cancel()
	o.adjustPace(results, err)
	defer o.flushQueue(b.queue)
	switch {
	case err == nil:
		o.settle(b, results)
	case o.ctx.Err() != nil:
		o.fail(b.entries, o.reason())
	case sqs.IsAboutQueue(err), sqs.IsPermanent(err) && len(b.entries) == 1:
		o.fail(b.entries, err)
	case sqs.IsPermanent(err):
		o.split(b)
	default:
		o.retry(b, b.entries)
	}
}

// adjustPace updates the pace with the result of a call.
func (o *Outbox) adjustPace(results []sqs.Result, err error) {
	accepted, throttled := 0, sqs.IsThrottled(err)
	for _, r := range results {
		if r.Err == nil {
			accepted++
		}
		throttled = throttled || sqs.IsThrottled(r.Err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pace.ended(time.Now(), accepted, throttled)
}

// settle ends the entries that were accepted, fails those that will never be accepted,
// and retries the others without them.
func (o *Outbox) settle(b *batch, results []sqs.Result) {
	var again []*Entry
	for i, e := range b.entries {
		switch {
		case results[i].Err == nil:
			o.finish(e, results[i].ID, nil)
			o.advance(e)
		case sqs.IsPermanent(results[i].Err):
			o.fail(b.entries[i:i+1], results[i].Err)
		default:
			again = append(again, e)
		}
	}
	if len(again) > 0 {
		o.retry(b, again)
	}
}

// fail ends entries with an error.
func (o *Outbox) fail(entries []*Entry, err error) {
	for _, e := range entries {
		o.finish(e, "", err)
		o.advance(e)
	}
}

// split sends each entry of a refused batch in its own call, to find out which of them
// is refused.
func (o *Outbox) split(b *batch) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range b.entries {
		o.enqueue(&batch{queue: b.queue, entries: b.entries[i : i+1], attempts: b.attempts})
	}
}

// retry sends entries of a batch again after a delay. They keep their place before the
// other entries of their groups.
func (o *Outbox) retry(b *batch, entries []*Entry) {
	again := &batch{queue: b.queue, entries: entries, attempts: b.attempts + 1}
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		o.fail(entries, o.reason())
		return
	}
	defer o.mu.Unlock()
	delay := backoff.Jitter(backoff.Exponential(minRetryDelay, maxRetryDelay, again.attempts))
	o.retrying[again] = time.AfterFunc(delay, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if _, waits := o.retrying[again]; waits {
			delete(o.retrying, again)
			o.enqueue(again)
		}
	})
}

// advance loads the next entry of a FIFO group after one has ended.
func (o *Outbox) advance(ended *Entry) {
	if !wire.IsFIFO(ended.Queue) {
		return
	}
	o.mu.Lock()
	next, abandoned := o.groups.next(ended)
	if next != nil {
		o.load(next)
	}
	o.mu.Unlock()
	for _, e := range abandoned {
		o.finish(e, "", errAbandoned)
	}
}
