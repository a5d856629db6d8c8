// Package dispatch runs handlers in languages other than Go. The dispatcher starts
// instead of the managed runtime of the language. It processes batches with the same
// engine as programs in Go, and leaves only the handler to a host, a process that runs
// in the runtime's interpreter.
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

const usage = "This is StarJob's dispatcher. AWS Lambda starts it through the wrapper of StarJob's layer, instead of a managed runtime. To run a job locally, use: star run TEMPLATE"

// ballastBytes is the size of an allocation that is never used, so it occupies no
// physical memory. But the garbage collector counts it, and so lets as much garbage
// accumulate before it runs. Without it the heap is so small that the collector runs
// several times in a large batch, which takes half of the dispatcher's time. The
// additional garbage is bounded by this size.
const ballastBytes = 8 << 20

// Run serves the invocations of the function that the environment describes, and
// returns only on an error, with the exit status. args are the root of
// StarJob's layer (/opt in Lambda) and the command of the managed runtime: the
// path of its interpreter, the interpreter's options, and last the runtime's script,
// which is not run. The script may be absent.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
//
// Run writes one line of metrics for each batch to standard output. Logs, and
// everything that the handler prints, go to standard error.
func Run(args []string) int {
	defer runtime.KeepAlive(make([]byte, ballastBytes))
	process := engine.ThisProcess(usage)
	return process.Serve(func(log *slog.Logger) (engine.Invoker, error) {
		name := process.Getenv(wire.EnvHandler)
		if name == wire.GenerateHandler {
			return engine.NewInvoker(process.Getenv, nil, log, process.Stdout)
		}
		// The handler runs in another process. For the remaining work of this one,
		// a single processor is faster than waking up others.
		runtime.GOMAXPROCS(1)
		command, err := commandOf(args, name, os.Environ())
		if err != nil {
			return engine.NewInvoker(process.Getenv, nil, log, process.Stdout, err)
		}
		command.Output = os.Stderr
		command.Exited = func(how string) {
			log.Warn("handler process exited; restarting it with the next item", "reason", how)
		}
		return open(host.New(command), func(work engine.Starter, faults ...error) (engine.Invoker, error) {
			return engine.NewInvoker(process.Getenv, work, log, process.Stdout, faults...)
		})
	})
}

// open starts the host first and waits for it last, because that takes longest.
// Errors of the environment and of the handler are reported together.
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

// loadError returns the error of a handler that cannot be loaded, with a hint or the
// stack trace. Most stack traces already contain the message.
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
