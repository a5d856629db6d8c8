//go:build unix

package host

import (
	"errors"
	"testing"
	"time"
)

// TestExitBeforeTheHandover: an abandoned item ends the process while the next item waits
// for the process. The next item was not handed over yet, so it is not affected.
func TestExitBeforeTheHandover(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	pid := processOf(t, h)
	first := h.current
	if err := cut(t, h, orders{Hang: true}); !errors.Is(err, errOver) {
		t.Error(err)
	}
	go func() {
		for waits := false; !waits; time.Sleep(time.Millisecond) {
			first.mu.Lock()
			waits = first.drained != nil || first.exitErr != nil
			first.mu.Unlock()
		}
		first.cmd.Process.Kill()
	}()
	if again := processOf(t, h); again == pid {
		t.Errorf("still process %s", pid)
	}
	<-first.gone
}
