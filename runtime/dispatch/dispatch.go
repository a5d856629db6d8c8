// Package dispatch runs handlers that are not in Go: it replaces the managed runtime
// of their language, works batches as for handlers in Go, and leaves only the handler
// to a host that runs in the runtime's interpreter.
//
// Start reading at [Run].
package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"strings"

	"github.com/serverless-star/starjob/runtime/internal/engine"
	"github.com/serverless-star/starjob/runtime/internal/host"
	"github.com/serverless-star/starjob/runtime/wire"
)

const byHand = "The dispatcher of StarJob takes the place of a managed runtime. It is started by AWS Lambda through the wrapper of StarJob's layer, or on your machine by: star run TEMPLATE"

// ballastBytes are never used, and so take no memory; but the garbage collector
// counts them in, and lets as much garbage gather before it runs. The heap is so
// small otherwise that it runs several times in a large batch, which takes half
// of the dispatcher's time. What the process may need beyond twice what it holds
// stays bounded by this.
const ballastBytes = 8 << 20

// Run serves the invocations of the function that the environment describes, and
// returns only if something is wrong, with the exit status. args are the root of
// StarJob's layer (/opt in Lambda) and the command of the managed runtime: the
// path of its interpreter, the interpreter's options, and last the runtime's own
// script, which is not run. The script may be absent.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
//
// Standard output gets one line of metrics for each batch, and standard error the
// logs and all that the handler prints.
func Run(args []string) int {
	defer runtime.KeepAlive(make([]byte, ballastBytes))
	process := engine.ThisProcess(byHand)
	return process.Serve(func(log *slog.Logger) (engine.Invoker, error) {
		name := process.Getenv(wire.EnvHandler)
		if name == wire.GenerateHandler {
			return engine.Make(process.Getenv, nil, log, process.Stdout)
		}
		// The handler has a process of its own. What is left takes less time on one
		// processor than waking others up does.
		runtime.GOMAXPROCS(1)
		command, err := commandOf(args, name, os.Environ())
		if err != nil {
			return engine.Make(process.Getenv, nil, log, process.Stdout, err)
		}
		command.Output = os.Stderr
		command.Ended = func(how string) {
			log.Warn("the process of the handlers has ended and is started again with the next item", "reason", how)
		}
		return open(host.New(command), func(work engine.Starter, faults ...error) (engine.Invoker, error) {
			return engine.Make(process.Getenv, work, log, process.Stdout, faults...)
		})
	})
}

// open starts the host first, which takes longest, and waits for it last. What
// is wrong with the environment is reported together with what is wrong with the
// handler.
func open(h *host.Host, with func(engine.Starter, ...error) (engine.Invoker, error)) (engine.Invoker, error) {
	startErr := h.Load()
	invoker, err := with(starter(h))
	if startErr != nil {
		return nil, errors.Join(startErr, err)
	}
	if readyErr := h.Ready(context.Background()); readyErr != nil {
		return nil, errors.Join(loadError(readyErr), err)
	}
	if err != nil {
		h.Close()
		return nil, err
	}
	return named{invoker}, nil
}

// loadError is the error of a handler that cannot be loaded, with its place in the
// source, or a hint. Most stack traces contain the error as well.
func loadError(err error) error {
	var e *host.Error
	if !errors.As(err, &e) {
		return err
	}
	text, trace := strings.Trim(e.Name+": "+e.Message, ": "), strings.TrimSpace(e.Stack())
	switch {
	case e.Hint != "":
		text += "\n" + e.Hint
	case e.Message != "" && strings.Contains(trace, e.Message):
		text = trace
	case trace != "":
		text += "\n" + trace
	}
	return errors.New(text)
}
