package cli

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
)

// TestCatchInterrupts sends signals to the test itself.
func TestCatchInterrupts(t *testing.T) {
	i := catchInterrupts(t.Context())
	defer i.stop()
	for _, ctx := range []context.Context{i.soft, i.hard} {
		if ctx.Err() != nil {
			t.Error("canceled too early")
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
