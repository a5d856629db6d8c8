package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/runtime/internal/outbox"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Program is the handlers of a program by the names that they are registered
// under.
type Program struct {
	handlers map[string]Handler
	faults   []error
}

// Register adds a handler. What is wrong with it, Handler reports.
func (p *Program) Register(name string, h Handler) {
	switch {
	case name == "":
		p.fault("a handler is registered for a step without a name")
	case name == wire.GenerateHandler:
		p.fault("the name %s is reserved for the generate function", name)
	case h == nil:
		p.fault("the handler of the step %q is nil", name)
	case p.handlers[name] != nil:
		p.fault("the step %q has two handlers", name)
	}
	if p.handlers == nil {
		p.handlers = map[string]Handler{}
	}
	p.handlers[name] = h
}

func (p *Program) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf(format, args...))
}

// Registration is the way in which package startest gets the handler of an
// option of package star, whose methods are not exported.
type Registration interface{ Register(*Program) }

// Invoker answers Lambda's invocations.
type Invoker interface {
	Invoke(ctx context.Context, event []byte) ([]byte, error)
}

// Handler makes what the environment asks for. Its error holds all that is
// wrong with environment and handlers.
func (p *Program) Handler(getenv func(string) string, log *slog.Logger, metrics io.Writer) (Invoker, error) {
	name := getenv(wire.EnvHandler)
	faults := slices.Clone(p.faults)
	switch {
	case len(p.handlers) == 0:
		faults = append(faults, errors.New("no handler is registered: pass the handlers of all steps to star.Start"))
	case name != wire.GenerateHandler && p.handlers[name] == nil:
		faults = append(faults, p.unknown(name))
	}
	return Make(getenv, p.handlers[name], log, metrics, faults...)
}

// Make makes what the environment asks for: the generate function, or an engine
// for the work. Its error holds all that is wrong with the environment, and
// the faults that the caller has found.
func Make(getenv func(string) string, work Work, log *slog.Logger, metrics io.Writer, faults ...error) (Invoker, error) {
	config, configErr := ParseConfig(getenv)
	client, clientErr := sqs.New(getenv, outbox.MaxCalls)
	if err := errors.Join(append(faults, configErr, clientErr)...); err != nil {
		return nil, err
	}
	if getenv(wire.EnvHandler) == wire.GenerateHandler {
		return NewGenerator(config, client, log, metrics), nil
	}
	return New(config, work, client, log, metrics), nil
}

// unknown says what STAR_HANDLER could be.
func (p *Program) unknown(name string) error {
	names := slices.Sorted(maps.Keys(p.handlers))
	there := "this program registers " + strings.Join(names, ", ")
	if name == "" {
		return fmt.Errorf("%s is not set; %s (and %s)", wire.EnvHandler, there, wire.GenerateHandler)
	}
	return fmt.Errorf("%s is %q, but %s%s", wire.EnvHandler, name, there, didYouMean(name, names))
}

// Only returns the program's handler where there is exactly one, and its name.
func (p *Program) Only() (string, Handler, error) {
	if err := errors.Join(p.faults...); err != nil {
		return "", nil, err
	}
	if len(p.handlers) != 1 {
		return "", nil, fmt.Errorf("%d handlers are registered, want one", len(p.handlers))
	}
	for name, h := range p.handlers {
		return name, h, nil
	}
	panic("unreachable")
}
