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
	i := interruptible(t.Context())
	defer i.stop()
	for _, ctx := range []context.Context{i.soft, i.hard} {
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
