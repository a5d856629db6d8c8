package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Generator is the generate function: it puts items into queues from outside
// the job. Several invocations may run at once.
type Generator struct{ *Engine }

// generatorStep stands for the generate function where metrics name a step.
const generatorStep = "generate"

// NewGenerator makes the generate function.
func NewGenerator(config Config, sqs SQS, log *slog.Logger, metrics io.Writer) *Generator {
	return &Generator{New(config, nil, sqs, log, metrics)}
}

// answer is what the generate function says: the message IDs in the order of
// the invocations, null for one that was not sent.
type answer struct {
	MessageIDs []*string `json:"messageIds"`
	Error      string    `json:"error,omitempty"`
}

// Invoke sends the items that an event asks for. Nothing is sent unless all of
// them can be.
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
		g.log.WarnContext(ctx, "the request was refused", "error", err)
		return request.respond(400, answer{Error: err.Error()})
	}
	ids, err := g.send(ctx, entries)
	if err != nil {
		g.log.ErrorContext(ctx, "not all items were sent", "error", err)
		return request.respond(502, answer{MessageIDs: ids, Error: err.Error()})
	}
	return request.respond(202, answer{MessageIDs: ids})
}

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

// entries reads the invocations of an input and checks them all.
func (g *Generator) entries(input []byte) ([]*entry, error) {
	invocations, err := parseInput(input, g.config.DefaultStep)
	if err != nil {
		return nil, err
	}
	entries := make([]*entry, len(invocations))
	var faults []error
	for i, invocation := range invocations {
		e, err := g.entry(invocation, origin{})
		if err != nil && len(invocations) > 1 {
			err = fmt.Errorf("item %d: %w", i, err)
		}
		entries[i], faults = e, append(faults, err)
	}
	return entries, errors.Join(faults...)
}

// send sends all entries and waits for them. An error says which were sent.
func (g *Generator) send(ctx context.Context, entries []*entry) ([]*string, error) {
	ctx, cancel := beforeDeadline(ctx)
	defer cancel()
	out := newOutbox(ctx, g.sqs, g.room, newPace())
	defer out.close()
	all := newDelivery(len(entries))
	for i, e := range entries {
		e.done = func(id string, err error) { all.done(i, id, err) }
		e.doomed = all.doomed
		if err := out.add(e); err != nil {
			all.done(i, "", err)
		}
	}
	out.flush()
	ids, err := all.wait(ctx)
	g.report(ids)
	return ids, err
}

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
	g.write(l)
}
