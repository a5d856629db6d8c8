package cli

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
)

// TestInterruptible sends signals to the test itself, which are caught.
func TestInterruptible(t *testing.T) {
	soft, hard, stop := interruptible(t.Context())
	defer stop()
	for _, ctx := range []context.Context{soft, hard} {
		if ctx.Err() != nil {
			t.Error("it ends too early")
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		<-ctx.Done()
		if err := context.Cause(ctx); !errors.Is(err, errInterrupted) {
			t.Error(err)
		}
	}
}
