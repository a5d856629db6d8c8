package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/serverless-star/starjob/runtime/internal/outbox"
)

// Generator is the generate function, which puts items into queues from outside the
// job. Several invocations may run at once.
type Generator struct {
	config  Config
	sender  outbox.Sender
	compose *composer
	budget  outbox.Budget
	log     *slog.Logger
	metrics metrics
}

// generatorStep is the value of the dimension step in the generate function's metrics.
const generatorStep = "generate"

// NewGenerator returns the generate function. It writes logs to log, and one line of
// metrics for each invocation to metricsTo.
func NewGenerator(config Config, sender outbox.Sender, log *slog.Logger, metricsTo io.Writer) *Generator {
	return &Generator{
		config: config, sender: sender, compose: newComposer(config), budget: outbox.NewBudget(),
		log: log, metrics: metrics{metricsTo, log},
	}
}

// Invoke sends the items that an event lists. It sends none if one of them is
// refused. An HTTP event gets an HTTP response: 202 if all items were sent, 400 if
// the request was refused, and 502 if some items were not sent.
func (g *Generator) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	request := httpRequest(event)
	if request == nil {
		return g.invoke(ctx, event)
	}
	input, err := request.body(event)
	if err != nil {
		return request.respond(400, answer{Error: err.Error()})
	}
	entries, err := g.entries(input)
	if err != nil {
		g.log.WarnContext(ctx, "request refused", "error", err)
		return request.respond(400, answer{Error: err.Error()})
	}
	ids, err := g.send(ctx, entries)
	if err != nil {
		g.log.ErrorContext(ctx, "some items were not sent", "error", err)
		return request.respond(502, answer{MessageIDs: ids, Error: err.Error()})
	}
	return request.respond(202, answer{MessageIDs: ids})
}

// invoke serves an event that is not an HTTP request.
func (g *Generator) invoke(ctx context.Context, event []byte) ([]byte, error) {
	entries, err := g.entries(event)
	if err != nil {
		return nil, err
	}
	ids, err := g.send(ctx, entries)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer{MessageIDs: ids})
}

// entries reads the invocations of an input and checks all of them.
func (g *Generator) entries(input []byte) ([]*outbox.Entry, error) {
	invocations, err := parseInput(input, g.config.DefaultStep)
	if err != nil {
		return nil, err
	}
	entries := make([]*outbox.Entry, len(invocations))
	var faults []error
	for i, invocation := range invocations {
		e, err := g.compose.entry(invocation, origin{})
		if err != nil && len(invocations) > 1 {
			err = fmt.Errorf("item %d: %w", i, err)
		}
		entries[i], faults = e, append(faults, err)
	}
	return entries, errors.Join(faults...)
}

// send sends all entries and waits for them. The error says which were sent.
func (g *Generator) send(ctx context.Context, entries []*outbox.Entry) ([]*string, error) {
	ctx, cancel := beforeDeadline(ctx)
	defer cancel()
	out := outbox.New(ctx, g.sender, g.budget, outbox.NewPace())
	defer out.Close()
	all := newDelivery(len(entries))
	for i, e := range entries {
		e.Done = func(id string, err error) { all.done(i, id, err) }
		e.Abandoned = all.abandoned
		if err := out.Add(e); err != nil {
			all.done(i, "", err)
		}
	}
	out.Flush()
	ids, err := all.wait(ctx)
	g.report(ids)
	return ids, err
}

// report writes the metrics of an invocation.
func (g *Generator) report(ids []*string) {
	n := 0
	for _, id := range ids {
		if id != nil {
			n++
		}
	}
	l := newLine(g.config.Job, generatorStep)
	l.Generated = &n
	l.has("Count", "generated")
	g.metrics.write(l)
}
