package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

var errInterrupted = errors.New("interrupted")

// interrupts end a run early.
type interrupts struct {
	// soft is done after the first interrupt, hard after the second.
	soft, hard context.Context
	// interrupt is a first interrupt that is not a signal.
	interrupt func()
	// stop stops listening to signals.
	stop func()
}

// catchInterrupts makes signals cancel contexts instead of ending the process, until
// it is stopped. A closed pipe does not end the process either: the files of the run
// would remain on disk.
func catchInterrupts(ctx context.Context) interrupts {
	soft, cancelSoft := context.WithCancelCause(ctx)
	hard, cancelHard := context.WithCancelCause(ctx)
	signals, pipes := make(chan os.Signal, 2), make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(pipes, syscall.SIGPIPE) // never read: the write fails, too, and the display reports it
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
		signal.Stop(signals) // a third signal ends the process
	}()
	return interrupts{soft, hard, func() { cancelSoft(errInterrupted) }, func() {
		signal.Stop(signals)
		signal.Stop(pipes)
		close(done)
		cancelSoft(nil)
		cancelHard(nil)
	}}
}
