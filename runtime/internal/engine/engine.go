// Package engine is the run time of a step. It processes one batch of items, from
// the event to the reply: it runs the handlers, sends the items that they generate,
// and reports the outcome of each item. An item is one unit of work, carried by a
// message. The engine handles items as raw JSON; package star adds types. The
// generate function, which puts items into queues from outside the job, is in this
// package too (generator.go, input.go, http.go).
//
// An item is acknowledged last, after SQS has accepted everything that the item
// generated. This holds in spite of panics, deadlines and lost responses. No change
// may weaken it.
//
// Start reading at [Engine.Invoke]. A batch moves down these files:
//
//	../event      the event is decoded into messages
//	batch.go      the batch runs until all items have an outcome or time is up
//	handler.go    the handler of one item runs (task.go: in another process); items
//	              that it generates are checked (invocation.go), handed to ../outbox
//	              and tracked until they are sent (sends.go)
//	outcome.go    the item gets its outcome, and the reply lists the failed items
package engine

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/event"
	"github.com/serverless-star/starjob/runtime/internal/outbox"
)

// SQS is the part of the queue service that the engine calls. [sqs.Client]
// implements it and documents the contracts. Its methods are called concurrently.
type SQS interface {
	outbox.Sender
	VisibilityChanger
}

// Engine runs the batches of one step. Several batches may run at once.
type Engine struct {
	config  Config
	work    Work
	sqs     SQS
	compose *composer
	budget  outbox.Budget
	paces   sync.Pool // of *outbox.Pace, from one invocation to the next
	log     *slog.Logger
	metrics metrics
}

// New returns an engine. It writes logs to log, and one line of metrics for each
// batch to metricsTo.
func New(config Config, work Work, sqs SQS, log *slog.Logger, metricsTo io.Writer) *Engine {
	return &Engine{
		config: config, work: work, sqs: sqs, compose: newComposer(config), budget: outbox.NewBudget(),
		paces: sync.Pool{New: func() any { return outbox.NewPace() }}, log: log, metrics: metrics{metricsTo, log},
	}
}

// Invoke runs the items of an event and returns the reply that lists those that
// failed. An event that is not from SQS is a single item; if it fails, Invoke returns
// its error. For a batch from SQS, an error means that all items are retried.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func (e *Engine) Invoke(ctx context.Context, raw []byte) ([]byte, error) {
	messages, fromQueue, err := event.Decode(raw)
	if err != nil {
		return nil, err
	}
	b := e.open(ctx, messages)
	b.run()
	e.close(b)
	if !fromQueue {
		return []byte("null"), b.directError()
	}
	return b.reply()
}

func (e *Engine) open(ctx context.Context, messages []event.Message) *batch {
	b := &batch{
		config: &e.config, work: e.work, compose: e.compose,
		items: newItems(messages), began: time.Now(), open: len(messages), done: make(chan struct{}),
	}
	b.closing, b.cancel = beforeReply(ctx)
	b.ctx, b.stop = beforeDeadline(ctx)
	b.out = outbox.New(b.ctx, e.sqs, e.budget, e.paces.Get().(*outbox.Pace))
	b.deadLetters = outbox.New(b.closing, e.sqs, outbox.NewBudget(), outbox.NewPace())
	b.log = itemLog{b.ctx, e.log, e.config.Job, e.config.Step, b.began}
	b.visibility = visibilityChanges{ctx: b.closing, sqs: e.sqs, queue: e.config.Queue, log: b.log}
	return b
}

// close ends a batch. Outcomes that are set later are ignored.
func (e *Engine) close(b *batch) {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.out.Close()
	b.deadLetters.Close()
	e.paces.Put(b.out.Pace())
	b.stop()
	b.cancel()
	e.metrics.batch(e.config.Job, e.config.Step, b.items, b.began)
}
