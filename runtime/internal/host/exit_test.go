//go:build unix

package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

func TestProcessExitFailsOnlyOpenCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		orders orders
		text   string
	}{
		"exit":    {orders{Exit: 3}, "process exited with code 3 while the item was being handled"},
		"memory":  {orders{Signal: int(syscall.SIGKILL)}, "process was killed (it may have used too much memory) while"},
		"signal":  {orders{Signal: int(syscall.SIGTERM)}, "process was ended by a signal (terminated) while"},
		"garbage": {orders{Raw: rawFrame('?', "")}, "process was stopped (it violated the protocol: a frame of kind '?' with 1 bytes)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, "hello")
			pid := processOf(t, h)
			if err := order(t, bound(t), h, orders{Generate: 3}, nil); err != nil {
				t.Error(err)
			}
			var open []<-chan error
			for range 5 {
				open = append(open, background(t, bound(t), h, orders{Hang: true}, nil))
			}
			wantError(t, order(t, bound(t), h, c.orders, nil), hostErrorName, c.text)
			for _, result := range open {
				wantError(t, <-result, hostErrorName, c.text)
			}
			if again := processOf(t, h); again == pid {
				t.Errorf("still process %s", pid)
			}
		})
	}
}

// TestFramesFromBeforeTheExitCount: the host generated items, ended the call, and
// exited, while its last frames were still in the socket because there was no room for
// them.
func TestFramesFromBeforeTheExitCount(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	other := background(t, bound(t), h, orders{Hang: true}, nil)
	const bytes = 100_000
	want := maxHeldBytes/(bytes+itemOverhead) + 2 // the last one waits until there is room
	n, pid := 0, h.current.cmd.Process.Pid
	err := order(t, bound(t), h, orders{Generate: want, Bytes: bytes, Careless: true, Last: true}, func(string, []byte, float64, string) error {
		for n == 0 && syscall.Kill(pid, 0) == nil { // until it has exited
			runtime.Gosched()
		}
		n++
		return nil
	})
	if err != nil || n != want {
		t.Errorf("%v after %d items of %d", err, n, want)
	}
	wantError(t, <-other, hostErrorName, "exited with code 3")
}

// TestIncompleteFrameEndsNoCall: the host exits in the middle of the frame that would end
// its call.
func TestIncompleteFrameEndsNoCall(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	half := append(rawFrame(kindDone, "1234")[:5], "%ID%"[:2]...)
	wantError(t, order(t, bound(t), h, orders{Raw: half, Exit: 3}, nil), hostErrorName, "exited with code 3")
}

// TestExitIsNoticedAlthoughAChildHoldsTheSocket: the handler has left a child process
// running.
func TestExitIsNoticedAlthoughAChildHoldsTheSocket(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	wantError(t, order(t, bound(t), h, orders{Orphan: true, Exit: 3}, nil), hostErrorName, "exited with code 3")
	processOf(t, h)
}

func TestExitWhileIdleIsReportedAndDoesNotFailTheNextCall(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	reason := ""
	h.command.Exited = func(how string) { reason = how }
	pid := processOf(t, h)
	syscall.Kill(h.current.cmd.Process.Pid, syscall.SIGKILL)
	<-h.current.gone
	if want := "the host.test process was killed (it may have used too much memory)"; reason != want {
		t.Errorf("reported %q, want %q", reason, want)
	}
	if again := processOf(t, h); again == pid {
		t.Errorf("still process %s", pid)
	}
}

func TestInvalidFramesKillTheProcess(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"no kind":         "\x00\x00\x00\x00D",
		"too long":        "\x00\x80\x00\x01D",
		"unknown kind":    string(rawFrame('Z', "")),
		"from dispatcher": string(rawFrame(kindCall, "12345678")),
		"no number":       string(rawFrame(kindDone, "123")),
		"too much":        string(rawFrame(kindDone, "12345")),
		"no JSON":         string(rawFrame(kindError, "{")),
		"failed, short":   string(rawFrame(kindFailed, "123")),
		"short generate":  string(rawFrame(kindGenerate, "12341234567\x00\xff")),
		"second hello":    string(rawFrame(kindHello, `{"version":1}`)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, "hello")
			wantError(t, order(t, bound(t), h, orders{Raw: []byte(raw), Hang: true}, nil), hostErrorName, "it violated the protocol")
			processOf(t, h)
		})
	}
}

func TestItemsBeyondTheWindowKillTheProcess(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	gate := make(chan struct{})
	result := background(t, bound(t), h, orders{Generate: 2 * maxUnansweredItems, Careless: true}, func(string, []byte, float64, string) error {
		<-gate
		return nil
	})
	<-h.current.gone // though the call is busy
	close(gate)
	wantError(t, <-result, hostErrorName, "unanswered items")
}

func TestHandlersThatCannotBeLoadedAreReported(t *testing.T) {
	t.Parallel()
	for how, want := range map[string][2]string{
		"broken":            {"ImportError", "no module named nope\nrun npm install"},
		"stuck-after-error": {"ImportError", "no module named nope"},
		"exit":              {hostErrorName, "exited with code 7 before the handler was loaded"},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, how)
			wantError(t, h.Ready(bound(t)), want[0], want[1])
			err := order(t, bound(t), h, orders{}, nil)
			wantError(t, err, want[0], want[1])
			if exitErr := (*ProcessExit)(nil); !errors.As(err, &exitErr) {
				t.Errorf("%#v: the item was not handled at all", err)
			}
		})
	}
	h := newHost(t, "next-version")
	wantError(t, h.Ready(bound(t)), hostErrorName, "version 2 of the protocol and the dispatcher version 1")
	h = New(Command{Path: "/nowhere/node"})
	if exitErr := (*ProcessExit)(nil); !errors.As(h.Load(), &exitErr) || !errors.As(order(t, bound(t), h, orders{}, nil), &exitErr) {
		t.Error("nothing was started")
	}
}

// TestFailedRestartFailsOnlyItsCall: the handler's files have become invalid.
func TestFailedRestartFailsOnlyItsCall(t *testing.T) {
	t.Parallel()
	flag := filepath.Join(t.TempDir(), "flag")
	h := newHost(t, "exit-if", flag)
	if err := h.Ready(bound(t)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, order(t, bound(t), h, orders{Exit: 3}, nil), hostErrorName, "exited with code 3 while")
	wantError(t, order(t, bound(t), h, orders{}, nil), hostErrorName, "exited with code 7 before")
	if err := os.Remove(flag); err != nil {
		t.Fatal(err)
	}
	processOf(t, h)
}

// TestSlowStartDelaysBatchesOnlyUntilTheirDeadlines: several batches may wait for one slow
// start, but a start that hangs is killed.
func TestSlowStartDelaysBatchesOnlyUntilTheirDeadlines(t *testing.T) {
	t.Parallel()
	h := newHost(t, "silent")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errOver)
	if err := h.Ready(ctx); !errors.Is(err, errOver) {
		t.Error(err)
	}
	first := h.current
	waiting, stop := context.WithCancelCause(context.Background())
	result := make(chan error, 1)
	go func() { result <- order(t, waiting, h, orders{}, nil) }()
	stop(errOver)
	if err := <-result; !errors.Is(err, errOver) || !first.acceptsCalls() {
		t.Errorf("%v; accepts calls: %v", err, first.acceptsCalls())
	}
	first.began = first.began.Add(-startTimeout - time.Second)
	if err := first.await(ctx); !errors.Is(err, errOver) {
		t.Error(err)
	}
	<-first.gone
	wantError(t, first.exitErr, hostErrorName, "was stopped (it was not ready in time) before the handler was loaded")
	if p, err := h.running(); p == first || err != nil {
		t.Errorf("no other process: %v", err)
	}
}

func TestCloseKillsTheProcess(t *testing.T) {
	t.Parallel()
	h := newHost(t, "hello")
	result := background(t, bound(t), h, orders{Hang: true}, nil)
	pid := h.current.cmd.Process.Pid
	h.Close()
	wantError(t, <-result, hostErrorName, fmt.Sprint(errClosed))
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d: %v", pid, err)
	}
}
