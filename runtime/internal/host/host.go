// Package host runs handlers in other languages. A host is a small program in the
// handler's language that loads the handler. This package starts the host, exchanges
// frames with it over a socket, hands items to it, and restarts it after it has exited
// or hung. It knows nothing of queues: items that handlers generate are passed to a
// function.
//
// Delivery is at least once. Items could be lost between dispatcher and host in these
// ways, which the package prevents:
//
//   - The end of a call overtakes an item that the call generated. So the frames of a
//     call are handled strictly in order: by the reader until the call generates its
//     first item, and by a goroutine from then on. If the host ends a call before its
//     items are answered, the call only succeeds if none of them is refused.
//   - The end of one call ends another one. So calls have IDs that are unique within a
//     process, and each process has its own table.
//   - A host exits after it has written the end of a call, but before that is read. The
//     item would only be repeated, but everything that was written is read before any
//     call fails.
//   - A host writes a part of a frame, or an invalid one. Nothing after it is read; the
//     process is killed, and the calls that are still open fail.
//   - A process exits unnoticed between two items. A call that cannot be handed over
//     fails. It never counts as done.
//
// Start reading at [Host.Start].
package host

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// Command describes how to start the host.
type Command struct {
	Path   string   // of the interpreter
	Args   []string // after the interpreter's name
	Env    []string
	Output *os.File // standard output and error of the host

	// Refusal converts an error of Generate for the handler.
	Refusal func(error) (reason, step, message string)
	// Exited is called when a process that had loaded the handler has exited, unless
	// Close killed it. It may be nil.
	Exited func(how string)
}

// Meta is the description of an item that its handler can read.
type Meta struct {
	MessageID string `json:"messageId"`
	Attempt   int    `json:"attempt"`
	Depth     int    `json:"depth"`
	FirstSent int64  `json:"firstSent"` // milliseconds since 1970; 0: unknown
	Deadline  int64  `json:"deadline"`  // milliseconds since 1970; 0: none
	RequestID string `json:"requestId"`
}

// Task is an item for the host, with callbacks for its results.
type Task interface {
	Meta() Meta
	Data() string
	// Generate is called with each item that the handler generates, in order. delay
	// is in seconds, and may be any float64, even NaN. data is JSON; Generate may
	// keep it.
	Generate(step string, data []byte, delay float64, group string) error
	// Done is called once: with nil only if the host reported the item as done, with
	// an [*Error] if the handler failed, and with a [*ProcessExit] if its process
	// exited. It must not block, because it blocks the calls of other items.
	Done(err error)
}

const (
	// drainTimeout is how long abandoned calls of an earlier batch may delay the next
	// batch before the host is replaced. The host may need some time to end them,
	// because Lambda may have frozen it right after they were canceled.
	drainTimeout = 200 * time.Millisecond
	// startTimeout is how long a restarted host may take at least to load the
	// handler. It is the time that Lambda allows for an initialization.
	// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
	startTimeout = 10 * time.Second
)

// Host hands calls to one process at a time.
type Host struct {
	command Command
	mu      sync.Mutex
	current *process
}

// New returns a host that is not started yet.
func New(command Command) *Host { return &Host{command: command} }

// Load starts the process without waiting until it is ready.
func (h *Host) Load() error {
	_, err := h.running()
	return err
}

// Ready waits until the handler is loaded. The error wraps an [*Error] if it cannot be
// loaded.
func (h *Host) Ready(ctx context.Context) error {
	p, err := h.running()
	if err != nil {
		return err
	}
	return p.await(ctx)
}

// Start hands items to the host. It waits until the host accepts them, but not for
// their results. When ctx ends, the items that are not done end with ctx's cause, and
// their handlers are canceled. If such handlers are still running at the next Start,
// the process is replaced.
//
// Start restarts a process that has exited. If that fails, all items end with its
// error.
func (h *Host) Start(ctx context.Context, tasks []Task) {
	if err := h.begin(ctx, tasks); err != nil {
		for _, t := range tasks {
			t.Done(err)
		}
	}
}

// begin hands over all items, or none of them if it returns an error.
func (h *Host) begin(ctx context.Context, tasks []Task) error {
	for len(tasks) > 0 && ctx.Err() == nil {
		p, err := h.running()
		if err != nil {
			return err
		}
		if err := p.open(ctx, tasks); !errors.Is(err, errReplaced) {
			return err
		}
	}
	return context.Cause(ctx)
}

// running returns the process that accepts calls, which may still be starting.
func (h *Host) running() (*process, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current != nil && h.current.acceptsCalls() {
		return h.current, nil
	}
	p, err := start(h.command)
	h.current = p
	return p, err
}

// Close kills the process and waits until it has ended.
func (h *Host) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current != nil {
		h.current.kill(errClosed)
		<-h.current.gone
		h.current = nil
	}
}
