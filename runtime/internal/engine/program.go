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

// Program holds the handlers of a program, by the names that they are registered
// under.
type Program struct {
	handlers map[string]Handler
	faults   []error
}

// Register adds a handler. Handler reports what is wrong with it.
func (p *Program) Register(name string, h Handler) {
	switch {
	case name == "":
		p.fault("a handler is registered without a step name; pass the name to star.NewStep")
	case name == wire.GenerateHandler:
		p.fault("reserved step name: %s names the generate function; rename the step", name)
	case h == nil:
		p.fault("the handler of step %q is nil; pass a function to Handle", name)
	case p.handlers[name] != nil:
		p.fault("step %q has two handlers; register only one", name)
	}
	if p.handlers == nil {
		p.handlers = map[string]Handler{}
	}
	p.handlers[name] = h
}

func (p *Program) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf(format, args...))
}

// Registration is how package startest gets the handler from an option of package
// star, whose methods are not exported.
type Registration interface{ Register(*Program) }

// Invoker responds to Lambda's invocations.
type Invoker interface {
	Invoke(ctx context.Context, event []byte) ([]byte, error)
}

// Handler returns the generate function, or an engine for the handler that the
// environment names. The error lists everything that is wrong with the environment
// and the handlers.
func (p *Program) Handler(getenv func(string) string, log *slog.Logger, metrics io.Writer) (Invoker, error) {
	name := getenv(wire.EnvHandler)
	faults := slices.Clone(p.faults)
	switch {
	case len(p.handlers) == 0:
		faults = append(faults, errors.New("no handler is registered; pass the handlers of all steps to star.Start"))
	case name != wire.GenerateHandler && p.handlers[name] == nil:
		faults = append(faults, p.unknown(name))
	}
	return NewInvoker(getenv, p.handlers[name], log, metrics, faults...)
}

// NewInvoker returns the generate function if the environment names it, and
// otherwise an engine for work. The error lists everything that is wrong with the
// environment, and the faults that the caller has found.
func NewInvoker(getenv func(string) string, work Work, log *slog.Logger, metrics io.Writer, faults ...error) (Invoker, error) {
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

// unknown returns the error of a STAR_HANDLER that names no handler.
func (p *Program) unknown(name string) error {
	names := slices.Sorted(maps.Keys(p.handlers))
	registered := strings.Join(names, ", ")
	if name == "" {
		return fmt.Errorf("%s is not set (allowed: %s, %s)", wire.EnvHandler, registered, wire.GenerateHandler)
	}
	return fmt.Errorf("unknown handler: %s is %q, and this program registers %s%s", wire.EnvHandler, name, registered, didYouMean(name, names))
}

// Only returns the program's only handler and its name. It is an error if the program
// does not have exactly one handler.
func (p *Program) Only() (string, Handler, error) {
	if err := errors.Join(p.faults...); err != nil {
		return "", nil, err
	}
	if len(p.handlers) != 1 {
		return "", nil, fmt.Errorf("%d handlers are registered (allowed: 1)", len(p.handlers))
	}
	for name, h := range p.handlers {
		return name, h, nil
	}
	panic("unreachable")
}
