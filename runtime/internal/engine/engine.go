// Package engine works one batch of items: it decodes the event, runs the
// handlers, sends what they generate, and reports what became of each item.
// It knows items as raw JSON; package star puts types on them.
package engine

import (
	"context"
	"io"
	"log/slog"
	"sync"

	"golang.org/x/sync/semaphore"
)

// Handler runs one item, given as JSON.
type Handler func(ctx context.Context, data []byte, generate Generate) error

// Work is what is done with items: a [Handler], or a [Starter].
type Work interface {
	// start begins all lanes at once. It may wait until there is room for them.
	start(b *batch, lanes [][]*message)
}

// Generate accepts an item for sending.
type Generate func(Invocation) error

// Engine runs the batches of one step with one work. Several batches may
// run at once.
type Engine struct {
	config  Config
	work    Work
	sqs     SQS
	room    *semaphore.Weighted
	paces   sync.Pool // what outboxes have learned
	encode  *encoder
	log     *slog.Logger
	metrics io.Writer
}

// New makes an engine. Logs go to log, and one line of metrics for each batch
// to metrics.
func New(config Config, work Work, sqs SQS, log *slog.Logger, metrics io.Writer) *Engine {
	return &Engine{
		config: config, work: work, sqs: sqs, log: log, metrics: metrics,
		room: newRoom(), encode: newEncoder(), paces: sync.Pool{New: func() any { return newPace() }},
	}
}

// Invoke runs the items of an event and answers with those that failed. An
// event that is not from SQS is one item, whose error is the answer's.
func (e *Engine) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	messages, fromQueue, err := decode(event)
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
