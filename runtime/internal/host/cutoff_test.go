//go:build unix

package host

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

// cut runs orders that do not end before the deadline, and returns the error of their
// call.
func cut(t *testing.T, h *Host, o orders) error {
	t.Helper()
	ctx, stop := context.WithCancelCause(context.Background())
	result := background(t, ctx, h, o, nil)
	stop(errOver)
	return <-result
}

func TestCutOffEndsTheCallAndCancelsTheHandler(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	pid := processOf(t, h)
	said := make(chan string, 1)
	watcher := background(t, bound(t), h, orders{Watch: true}, func(_ string, data []byte, _ float64, _ string) error {
		said <- string(data)
		return errOver // ends the watcher with an error
	})
	if err := cut(t, h, orders{Cancel: true}); !errors.Is(err, errOver) {
		t.Error(err)
	}
	want := `{"message":"the time is over"}` + `{"reason":"Ended","step":"late","message":"generate \"late\": called too late: the item's deadline has passed"}`
	if got := <-said; got != want {
		t.Errorf("the handler received %s, want %s", got, want)
	}
	// The handler ended after the cancellation, so the process is kept.
	if got := processOf(t, h); got != pid {
		t.Errorf("another process: %s, was %s", got, pid)
	}
	h.Close()
	<-watcher
}

func TestHangingHostIsReplacedAtTheNextCall(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]orders{"one item": {Hang: true}, "all of it": {Deafen: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, "hello")
			pid := processOf(t, h)
			first := h.current
			if err := cut(t, h, o); !errors.Is(err, errOver) {
				t.Error(err)
			}
			if again := processOf(t, h); again == pid {
				t.Errorf("still process %s", pid)
			}
			<-first.gone
		})
	}
}

// TestReplacedHostFinishesTheItemsOfOtherBatches: if several batches run concurrently, the
// cut-off of one does not affect the others.
func TestReplacedHostFinishesTheItemsOfOtherBatches(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	first, err := h.running()
	if err != nil {
		t.Fatal(err)
	}
	gate := make(chan struct{})
	other := background(t, bound(t), h, orders{Generate: 1}, func(string, []byte, float64, string) error { <-gate; return nil })
	if err := cut(t, h, orders{Hang: true}); !errors.Is(err, errOver) {
		t.Error(err)
	}
	processOf(t, h)
	if h.current == first {
		t.Error("not replaced")
	}
	close(gate)
	if err := <-other; err != nil {
		t.Error(err)
	}
	<-first.gone // it has no more calls
}

// TestCutOffRefusesTheInbox: the cut-off refuses the items in the inbox, and frees their
// memory for others.
func TestCutOffRefusesTheInbox(t *testing.T) {
	t.Parallel()
	p := newProcess(Command{}, nil)
	c := p.served()
	for range 3 {
		if err := p.handle(frame{kind: kindGenerate, id: c.id, step: "sink", data: []byte("1")}); err != nil {
			t.Fatal(err)
		}
	}
	if !c.abandon(errOver) || p.held != 0 || p.abandonedCalls != 1 {
		t.Errorf("%d bytes held, %d calls abandoned", p.held, p.abandonedCalls)
	}
	written := string(p.frames.take(nil))
	if got := strings.Count(written, `"reason":"Ended"`); got != 3 || !strings.HasSuffix(written, "X\x00\x00\x00\x01"+`{"message":"the time is over"}`) {
		t.Errorf("written %q", written)
	}
}

// TestCutOffFreesTheReader: the reader may be waiting for room for an item of the call.
func TestCutOffFreesTheReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newProcess(Command{}, nil)
		c := p.served()
		p.held = maxHeldBytes + 1 // by other calls, which cannot send
		go p.handle(frame{kind: kindGenerate, id: c.id})
		synctest.Wait()
		c.abandon(errOver)
		synctest.Wait()
		if len(c.inbox) > 0 || !strings.Contains(string(p.frames.take(nil)), "Ended") || !p.mu.TryLock() {
			t.Error("the reader waits")
		}
		p.mu.Unlock()
	})
}

func TestNoCallStartsAfterTheDeadline(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	ctx, stop := context.WithCancelCause(context.Background())
	stop(errOver)
	if err := order(t, ctx, h, orders{}, nil); !errors.Is(err, errOver) || h.current != nil {
		t.Errorf("%v", err)
	}
}

// TestDoneBeforeTheCutOffCounts: the call handles its inbox before the cut-off.
func TestDoneBeforeTheCutOffCounts(t *testing.T) {
	t.Parallel()
	p := newProcess(Command{}, nil)
	ctx, stop := context.WithCancelCause(context.Background())
	stop(errOver)
	for range 100 { // select chooses one of two ready channels at random
		c := p.served()
		p.ended(frame{kind: kindDone, id: c.id})
		if err := c.serve(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
}
