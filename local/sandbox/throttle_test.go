//go:build unix

package sandbox

import (
	"errors"
	"testing"
	"time"
)

func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newBench(t, "act", through(g))
	ended := make(chan error)
	go func() {
		_, err := b.Invoke(t.Context(), event{Do: "enter"}.payload())
		ended <- err
	}()
	v := g.next()
	in := event{Do: "echo"}.payload()
	in.Patience = time.Millisecond
	if _, err := b.Invoke(t.Context(), in); !errors.Is(err, ErrThrottled) {
		t.Errorf("got %v", err)
	}
	v.Close() // the first one ends well
	if err := <-ended; err != nil {
		t.Error(err)
	}
	in.Patience = time.Hour
	if _, err := b.Invoke(t.Context(), in); err != nil {
		t.Error(err)
	}
}
