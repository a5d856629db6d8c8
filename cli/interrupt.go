package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
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
	signal.Notify(pipes, syscall.SIGPIPE) // nobody listens: see untilClosed
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

// untilClosed tells when nobody reads any more what is written.
type untilClosed struct {
	io.Writer
	closed func()
}

func (u untilClosed) Write(b []byte) (int, error) {
	n, err := u.Writer.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		u.closed()
	}
	return n, err
}
