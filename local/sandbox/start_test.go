//go:build unix

package sandbox

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

func TestStart(t *testing.T) {
	t.Parallel()
	b := newBench(t, "act", concurrency(2))
	for range 2 { // the second finds the first's process
		if r, err := b.Start(t.Context()); err != nil || r.FunctionError != "" {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	var text string
	b.answer(event{Do: "echo", Text: "x"}, &text)
	if s := b.Stats(); text != "x" || s != (Stats{ColdStarts: 1, Invocations: 1}) {
		t.Errorf("%q, %+v", text, s)
	}
}

func TestStartTellsWhyItCannot(t *testing.T) {
	t.Parallel()
	b := newBench(t, "exit")
	r, err := b.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if f := failureOf(t, r); !r.InitError || f.ErrorType != "Runtime.ExitError" {
		t.Errorf("%+v: %+v", r, f)
	}
	if _, printed := b.lines(); !slices.Equal(printed, []string{"no configuration"}) {
		t.Errorf("printed %q", printed)
	}
	if s := b.Stats(); s != (Stats{ColdStarts: 1}) {
		t.Errorf("%+v", s)
	}
}

func TestStartHasALimit(t *testing.T) {
	t.Parallel()
	b := newBench(t, "announce", func(h *Host, _ *Function) { h.initLimit = 30 * time.Millisecond }, timeout(30*time.Millisecond))
	r, err := b.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if f := failureOf(t, r); !r.InitError || f.ErrorType != "Sandbox.Timedout" {
		t.Errorf("%+v: %+v", r, f)
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	t.Parallel()
	b := newBench(t, "announce")
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	go func() {
		<-b.more // the process runs
		cancel(enough)
	}()
	if _, err := b.Start(ctx); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
}

// TestStartAndInvokeShareProcesses has both wait for the same process.
func TestStartAndInvokeShareProcesses(t *testing.T) {
	t.Parallel()
	b := newBench(t, "act")
	ended := make(chan error)
	for range 4 {
		go func() {
			_, err := b.Start(t.Context())
			ended <- err
		}()
		go func() {
			_, err := b.Invoke(t.Context(), event{Do: "echo"}.payload())
			ended <- err
		}()
	}
	for range 8 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if s := b.Stats(); s != (Stats{ColdStarts: 1, Invocations: 4}) {
		t.Errorf("%+v", s)
	}
}
