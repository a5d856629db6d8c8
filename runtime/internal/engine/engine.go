// Package engine is the run time of a step: it works one batch of items, from the
// event to the reply. It runs the handlers, sends what they generate, and reports
// what became of each item. It knows items as raw JSON; package star adds types.
// The generate function, which puts items into queues from outside the job, is
// here too (generator.go, input.go, http.go).
//
// An item is acknowledged last: only after everything that it generated was
// accepted by SQS. This holds against panics, deadlines and lost answers, and no
// change may weaken it.
//
// Start reading at [Engine.Invoke]. A batch moves down these files:
//
//	../event      the event is decoded into messages
//	batch.go      the batch runs, until all items have an outcome or time is over
//	handler.go    the handler of one item runs (task.go: in another process)
//	generate.go   what it generates is checked (invocation.go) and handed to ../outbox
//	outcome.go    the item gets its outcome, and the reply lists those that failed
package engine

import (
	"context"
	"io"
	"log/slog"
	"sync"

	"github.com/serverless-star/starjob/runtime/internal/event"
	"github.com/serverless-star/starjob/runtime/internal/outbox"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

// SQS is the queue service, as the engine needs it. [sqs.Client] is one; see there
// for the contracts. Its methods are called concurrently.
type SQS interface {
	outbox.Sender
	ChangeVisibility(ctx context.Context, queue string, changes []sqs.VisibilityChange) error
}

// Work is what is done with items: a [Handler], or a [Starter].
type Work interface {
	// start begins items of a batch, all at once; those behind them in their
	// FIFO groups are begun when they have ended. It may wait until there is room
	// for them.
	start(b *batch, items []*item)
}

// Engine runs the batches of one step with one work. Several batches may run at
// once.
type Engine struct {
	config  Config
	work    Work
	sqs     SQS
	compose *composer
	budget  outbox.Budget
	paces   sync.Pool // what outboxes have learned
	log     *slog.Logger
	metrics metrics
}

// New makes an engine. Logs go to log, and one line of metrics for each batch
// to metricsTo.
func New(config Config, work Work, sqs SQS, log *slog.Logger, metricsTo io.Writer) *Engine {
	return &Engine{
		config: config, work: work, sqs: sqs, compose: newComposer(config), budget: outbox.NewBudget(),
		paces: sync.Pool{New: func() any { return outbox.NewPace() }}, log: log, metrics: metrics{metricsTo, log},
	}
}

// Invoke runs the items of an event and answers with those that failed. An event
// that is not from SQS is one item, whose error is returned. An error about a batch
// from SQS means that all of its items are retried.
func (e *Engine) Invoke(ctx context.Context, raw []byte) ([]byte, error) {
	messages, fromQueue, err := event.Decode(raw)
	if err != nil {
		return nil, err
	}
	b := newBatch(ctx, e, messages)
	b.run()
	if !fromQueue {
		return []byte("null"), b.directError()
	}
	return b.reply()
}
