// Package host runs handlers in other languages. A host is a small program in
// the handler's language that loads the handler; this package starts it, speaks
// with it in frames over a socket, hands items to it, and starts it again when
// it dies or hangs. It knows nothing of queues: what handlers generate is given
// to a function.
//
// Delivery is at least once, and these are the ways in which an item could be
// lost between dispatcher and host:
//
//   - A call's "done" overtakes an item that it generated. The frames of a call
//     are therefore worked off strictly in their order: by a goroutine of its own
//     from the first item on that it generates, by the reader before that. A
//     "done" that comes before its answers counts only if nothing is refused.
//   - "Done" of one item counts for another one. Calls have numbers that are
//     unique within a process, and each process has a table of its own.
//   - A host dies when "done" is written but not read. This would only repeat the
//     item, but all that was written is read before any call fails.
//   - A host writes half a frame, or nonsense. Nothing after it is read; the
//     process is killed, and the calls that are still open fail.
//   - A process dies between two items unseen. A call that cannot be handed over
//     fails; it is never taken for done.
package host

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

// Command says how the host is started, and what its calls need.
type Command struct {
	Path   string   // of the interpreter
	Args   []string // after the interpreter's name
	Env    []string
	Output *os.File // standard output and error of the host

	// Refusal tells how an error of Generate is called towards the handler.
	Refusal func(error) (reason, step, message string)
	// Ended is told how a process has ended that had loaded the handler, unless
	// Close ended it. It may be nil.
	Ended func(how string)
}

// Meta is what a handler is told about its item.
type Meta struct {
	MessageID string `json:"messageId"`
	Attempt   int    `json:"attempt"`
	Depth     int    `json:"depth"`
	FirstSent int64  `json:"firstSent"` // milliseconds since 1970; 0: not known
	Deadline  int64  `json:"deadline"`  // milliseconds since 1970; 0: none
	RequestID string `json:"requestId"`
}

// Task is an item for the host, and who waits for what becomes of it.
type Task interface {
	Meta() Meta
	Data() string
	// Generate takes an item that the handler generates, in order. delay is in
	// seconds, and may be anything that a float64 can be. data is JSON text, and
	// is not used again.
	Generate(step string, data []byte, delay float64, group string) error
	// Done is called once: with nil only if the host said that the item is done,
	// with an [*Error] if the handler failed, with a [*Death] if its process
	// died. It must not wait for anything: others wait for it.
	Done(err error)
}

const (
	// drainTimeout is how long the calls of an earlier batch, which were abandoned,
	// may keep the next batch waiting before their host is replaced. Lambda may
	// have frozen the host right after it was told.
	drainTimeout = 200 * time.Millisecond
	// startTimeout is how long a host that is started again may take at least, as
	// long as Lambda allows for an initialization.
	// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
	startTimeout = 10 * time.Second
)

// Host hands calls to one process at a time.
type Host struct {
	command Command
	mu      sync.Mutex
	current *process
}

// New makes a host that is not started yet.
func New(command Command) *Host { return &Host{command: command} }

// Load starts the process, and does not wait until it is ready.
func (h *Host) Load() error {
	_, err := h.running()
	return err
}

// Ready waits until the handler is loaded. The error is an [*Error] if it cannot
// be.
func (h *Host) Ready(ctx context.Context) error {
	p, err := h.running()
	if err != nil {
		return err
	}
	return p.await(ctx)
}

// Start hands items to the host. It waits until the host takes them, and not for
// what becomes of them. When ctx ends, those that are not done end with ctx's
// cause; their handlers are told, and if they still run at the next Start the
// process is replaced.
//
// A process that is gone is started again; the error of all items is then that
// of its start.
func (h *Host) Start(ctx context.Context, tasks []Task) {
	if err := h.begin(ctx, tasks); err != nil {
		for _, t := range tasks {
			t.Done(err)
		}
	}
}

// begin hands over all items, or none of them and returns why.
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

// running returns the process that takes calls, which may be one that is just
// being started.
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

// Close kills the process. It waits for its end.
func (h *Host) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current != nil {
		h.current.kill(errClosed)
		<-h.current.gone
		h.current = nil
	}
}
