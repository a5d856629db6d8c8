package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

var errInterrupted = errors.New("interrupted")

// interrupts are what may end a run early.
type interrupts struct {
	soft, hard context.Context
	interrupt  func() // ends soft
	stop       func()
}

// interruptible returns two contexts: a signal that asks for an end ends the
// first, and another one the second. Until it is stopped, no pipe that is closed
// ends the process, which would leave behind what a run has on disk.
func interruptible(ctx context.Context) interrupts {
	soft, cancelSoft := context.WithCancelCause(ctx)
	hard, cancelHard := context.WithCancelCause(ctx)
	signals, pipes := make(chan os.Signal, 2), make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(pipes, syscall.SIGPIPE) // nobody listens: see output
	done := make(chan struct{})
	go func() {
		for _, cancel := range []context.CancelCauseFunc{cancelSoft, cancelHard} {
			select {
			case <-signals:
				cancel(errInterrupted)
			case <-done:
				return
			}
		}
		signal.Stop(signals) // whoever asks a third time is not heard by us, and ends the process
	}()
	return interrupts{soft, hard, func() { cancelSoft(errInterrupted) }, func() {
		signal.Stop(signals)
		signal.Stop(pipes)
		close(done)
		cancelSoft(nil)
		cancelHard(nil)
	}}
}

// output is where a run writes. A reader that is gone interrupts the run; one that
// does not read any more cannot hold up its end: after the second interrupt it
// has a moment left.
type output struct {
	io.Writer
	interrupts
	stuck *atomic.Bool // nothing is written any more
}

func (i interrupts) output(w io.Writer) output { return output{w, i, new(atomic.Bool)} }

// aMoment is what a reader needs that reads at all.
const aMoment = time.Second

// Write writes b, unless nobody reads it and the run was interrupted twice.
func (o output) Write(b []byte) (int, error) {
	if o.stuck.Load() {
		return 0, errInterrupted
	}
	written := make(chan error, 1)
	text := bytes.Clone(b) // it may be read when nobody waits any more
	go func() {
		_, err := o.Writer.Write(text)
		written <- err
	}()
	var err error
	select {
	case err = <-written:
	case <-o.hard.Done():
		select {
		case err = <-written:
		case <-time.After(aMoment):
			o.stuck.Store(true)
			return 0, errInterrupted
		}
	}
	if errors.Is(err, syscall.EPIPE) {
		o.interrupt()
	}
	if err != nil {
		return 0, err
	}
	return len(b), nil
}
