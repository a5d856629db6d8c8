// Package sandbox runs functions as local processes behind Lambda's Runtime API,
// so that a binary built for provided.al2023 runs unchanged. It starts processes
// when they are needed, gives each of them one invocation at a time, reuses them,
// and kills those that exceed their timeout. It knows nothing of queues, of Lambda's
// Invoke API or of templates.
//
// Start reading at [Host] in host.go, then [Runner.Invoke] in runner.go. A Runner
// chooses a process (concurrency.go, process.go), which is started and reaped in
// start.go, and goes from one phase to the next in phase.go as it calls the Runtime
// API (runtimeapi.go).
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package sandbox

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"
)

// ErrClosed is the error of invocations and registrations that were pending when
// their host was closed, or began after that.
var ErrClosed = errors.New("the sandbox is closed")

// Config is the configuration that all functions of a host share.
type Config struct {
	// Region and AccountID are parts of the functions' ARNs.
	Region, AccountID string
	// Environment holds variables for every process, in addition to those of its
	// function and those that Lambda sets. The host's own environment is not passed
	// on. Of the variables that Lambda sets, Environment may replace the dummy
	// credentials, PATH, LANG and TZ.
	Environment map[string]string
}

// A Host holds functions and their processes. Make one with [NewHost], and close
// it with [Host.Close]. All methods may be called concurrently.
type Host struct {
	config      Config
	launches    chan func()
	initTimeout time.Duration // from a process's start to its first poll
	termGrace   time.Duration // from SIGTERM until SIGKILL

	running  sync.WaitGroup // processes, until nothing is left of them
	launcher sync.WaitGroup // the goroutine that starts processes
	closing  sync.Once

	mu      sync.Mutex
	runners []*Runner
	closed  bool
}

const (
	// initTimeout is Lambda's limit for the init phase.
	// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
	initTimeout = 10 * time.Second
	// termGrace is the time that Lambda gives a process with an internal extension.
	termGrace = 500 * time.Millisecond
)

// NewHost returns a host without functions.
func NewHost(config Config) *Host {
	h := &Host{config: config, launches: make(chan func()), initTimeout: initTimeout, termGrace: termGrace}
	h.launcher.Go(h.runLauncher)
	return h
}

// runLauncher starts all processes from one thread that lives as long as the host:
// on Linux they must die with their parent, and to the kernel the parent is the
// thread that started them.
func (h *Host) runLauncher() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for start := range h.launches {
		start()
	}
}

// Register adds a function and returns its Runner; no process is started yet. The
// error lists all problems for which Lambda would refuse the function.
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

// Kill kills all processes at once and fails all pending invocations with
// [ErrClosed]; it does not wait. No process is started from then on. Close must
// still be called.
func (h *Host) Kill() {
	for _, p := range h.stop() {
		p.kill()
	}
}

// Close fails all pending invocations with [ErrClosed], sends SIGTERM to all
// processes, kills those that are still running after half a second, and returns
// when no process, port or goroutine is left and all output was delivered. It must
// not be called from a function's Log.
func (h *Host) Close() {
	h.closing.Do(func() {
		processes := h.stop()
		for _, p := range processes {
			p.terminate()
		}
		killTimer := time.AfterFunc(h.termGrace, func() {
			for _, p := range processes {
				p.kill()
			}
		})
		h.running.Wait()
		killTimer.Stop()
		close(h.launches)
		h.launcher.Wait()
	})
}

// stop refuses further invocations, fails those that are pending, and returns the
// remaining processes.
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
