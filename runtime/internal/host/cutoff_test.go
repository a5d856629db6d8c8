//go:build unix

package host

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

// cut runs orders that do not end until their time is over, and returns what
// Call said.
func cut(t *testing.T, h *Host, o orders) error {
	t.Helper()
	ctx, stop := context.WithCancelCause(context.Background())
	result := background(t, ctx, h, o, nil)
	stop(errOver)
	return <-result
}

func TestCutOffEndsTheCallAndIsHeardByTheHost(t *testing.T) {
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
		t.Errorf("the handler heard %s, want %s", got, want)
	}
	// The handler ended after its time, so the process is as good as before.
	if got := processOf(t, h); got != pid {
		t.Errorf("another process: %s, was %s", got, pid)
	}
	h.Close()
	<-watcher
}

func TestHostThatHangsIsReplacedAtTheNextCall(t *testing.T) {
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

// TestReplacedHostEndsTheItemsOfOtherBatches: where several batches run at once,
// the one that is cut off costs the others nothing.
func TestReplacedHostEndsTheItemsOfOtherBatches(t *testing.T) {
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
	<-first.gone // nobody needs it any more
}

// TestCutOffWhileItemsWait refuses what lies in the inbox, and makes room for
// others.
func TestCutOffWhileItemsWait(t *testing.T) {
	t.Parallel()
	p := newProcess(Command{}, nil)
	c := p.served()
	for range 3 {
		if err := p.handle(frame{kind: kindGenerate, id: c.id, step: "sink", data: []byte("1")}); err != nil {
			t.Fatal(err)
		}
	}
	if !c.abandon(errOver) || p.held != 0 || p.abandonedCalls != 1 {
		t.Errorf("%d bytes held, %d calls given up", p.held, p.abandonedCalls)
	}
	written := string(p.frames.take(nil))
	if got := strings.Count(written, `"reason":"Ended"`); got != 3 || !strings.HasSuffix(written, "X\x00\x00\x00\x01"+`{"message":"the time is over"}`) {
		t.Errorf("written %q", written)
	}
}

// TestCutOffFreesTheReader: it may wait for room with an item of the call.
func TestCutOffFreesTheReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newProcess(Command{}, nil)
		c := p.served()
		p.held = maxHeldBytes + 1 // by others, who cannot send
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

func TestNoCallAfterTheEnd(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	ctx, stop := context.WithCancelCause(context.Background())
	stop(errOver)
	if err := order(t, ctx, h, orders{}, nil); !errors.Is(err, errOver) || h.current != nil {
		t.Errorf("%v", err)
	}
}

// TestDoneThatCameBeforeTheEndCounts: the call looks at its inbox last.
func TestDoneThatCameBeforeTheEndCounts(t *testing.T) {
	t.Parallel()
	p := newProcess(Command{}, nil)
	ctx, stop := context.WithCancelCause(context.Background())
	stop(errOver)
	for range 100 { // select takes either of two at random
		c := p.served()
		p.ended(frame{kind: kindDone, id: c.id})
		if err := c.serve(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
}
