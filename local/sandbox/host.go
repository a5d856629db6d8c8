// Package sandbox runs functions as processes of this machine behind Lambda's
// Runtime API, so that a binary made for provided.al2023 runs unchanged. It
// starts processes when they are needed, hands each one invocation at a time,
// uses them again, and kills those that are over their time.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package sandbox

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"
)

// ErrClosed is the error of invocations and registrations that the end of
// their host cut short or came after it.
var ErrClosed = errors.New("the sandbox is closed, and its function processes are ended")

// Config is what all functions of a host have in common.
type Config struct {
	// Region and AccountID are parts of the functions' ARNs.
	Region, AccountID string
	// Environment is what every process sees besides the variables of its
	// function and those that Lambda sets. Nothing of this process's own
	// environment leaks in. Of the variables that Lambda sets it may replace
	// the dummy credentials, PATH, LANG and TZ.
	Environment map[string]string
}

// A Host holds functions and their processes. It is made by [NewHost] and must
// be closed. All its methods may be called concurrently.
type Host struct {
	config    Config
	launches  chan func()
	initLimit time.Duration // from a process's start to its first poll
	politely  time.Duration // from when a process should end until it is killed
	// streamLimit bounds an answer that is streamed.
	streamLimit int

	running   sync.WaitGroup // processes, until nothing is left of them
	launching sync.WaitGroup // what starts them
	closing   sync.Once

	mu      sync.Mutex
	runners []*Runner
	closed  bool
}

const (
	// initLimit is Lambda's own.
	// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
	initLimit = 10 * time.Second
	// politely is what Lambda gives a process that has an internal extension.
	politely = 500 * time.Millisecond
)

// NewHost returns a host without functions.
func NewHost(config Config) *Host {
	h := &Host{config: config, launches: make(chan func()), initLimit: initLimit, politely: politely, streamLimit: MaxStreamBytes}
	h.launching.Go(h.launch)
	return h
}

// launch starts all processes from one thread that lives as long as the host:
// on Linux they are to die with their parent, and what the kernel takes for the
// parent is the thread that started them.
func (h *Host) launch() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for start := range h.launches {
		start()
	}
}

// Register makes a function known and returns what invokes it; no process is
// started yet. Everything that Lambda would refuse about the function is
// reported together.
func (h *Host) Register(f Function) (*Runner, error) {
	f, err := f.check()
	if err != nil {
		return nil, err
	}
	r := newRunner(h, f)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrClosed
	}
	h.runners = append(h.runners, r)
	return r, nil
}

// Kill ends all processes at once and fails all pending invocations; it does
// not wait. From then on no process is started. Close is still to be called.
func (h *Host) Kill() {
	for _, p := range h.stop() {
		p.kill()
	}
}

// Close fails all pending invocations with [ErrClosed], asks all processes to
// end (SIGTERM), kills those that are still there after half a second, and
// returns when no process, port or goroutine is left and all their output was
// delivered. It must not be called by a function's Log.
func (h *Host) Close() {
	h.closing.Do(func() {
		processes := h.stop()
		for _, p := range processes {
			p.terminate()
		}
		impatience := time.AfterFunc(h.politely, func() {
			for _, p := range processes {
				p.kill()
			}
		})
		h.running.Wait()
		impatience.Stop()
		close(h.launches)
		h.launching.Wait()
	})
}

// stop refuses further work, fails what is pending, and returns the processes
// that are still there.
func (h *Host) stop() []*process {
	h.mu.Lock()
	h.closed = true
	runners := slices.Clone(h.runners)
	h.mu.Unlock()
	var processes []*process
	for _, r := range runners {
		processes = append(processes, r.close()...)
	}
	for _, p := range processes {
		p.abandon(ErrClosed)
	}
	return processes
}
