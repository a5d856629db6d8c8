//go:build unix

package sandbox

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestCloseLeavesNothing does not run in parallel, because it inspects all
// goroutines.
func TestCloseLeavesNothing(t *testing.T) {
	g := newGate(t)
	b := newFixture(t, "act", concurrency(2), through(g), func(h *Host, _ *Function) { h.termGrace = time.Hour })
	var ended sync.WaitGroup
	for range 3 { // two are running, one waits
		ended.Go(func() {
			if _, err := b.Invoke(t.Context(), event{Do: "enter"}.payload()); !errors.Is(err, ErrClosed) {
				t.Errorf("got %v", err)
			}
		})
	}
	one, other := g.next(), g.next()
	b.Host.Close()
	ended.Wait()
	for _, v := range []visitor{one, other} {
		if alive(v.pid) {
			t.Errorf("process %d lives on", v.pid)
		}
	}
	left := leftovers()
	for range 1000 { // goroutines that are about to exit may need it
		if left == "" {
			break
		}
		runtime.Gosched()
		left = leftovers()
	}
	if left != "" {
		t.Errorf("left:\n%s", left)
	}
	if _, err := b.Invoke(t.Context(), event{}.payload()); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	if _, err := b.Register(Function{Name: "g", Command: []string{os.Args[0]}, Timeout: 1, MemorySize: 128, Concurrency: 1}); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestCloseSendsSIGTERM(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "sigterm", func(h *Host, _ *Function) { h.termGrace = time.Hour })
	b.invoke(event{Do: "echo"})
	b.Close()
	if out, _ := b.lines(); !slices.Equal(out, []string{"good bye"}) {
		t.Errorf("printed %q", out)
	}
}

func TestCloseKillsProcessesThatIgnoreSIGTERM(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "stubborn", func(h *Host, _ *Function) { h.termGrace = 30 * time.Millisecond })
	var pid int
	b.answer(event{Do: "pid"}, &pid)
	b.Close()
	if alive(pid) {
		t.Error("the process lives on")
	}
}

func TestKillEndsProcessesAtOnce(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "stubborn", through(g), func(h *Host, _ *Function) { h.termGrace = time.Hour })
	ended := make(chan error)
	go func() {
		_, err := b.Invoke(t.Context(), event{Do: "enter"}.payload())
		ended <- err
	}()
	v := g.next()
	b.Kill()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	v.gone()
	b.Close()
	if alive(v.pid) {
		t.Error("the process lives on")
	}
}

func TestCloseDuringStarts(t *testing.T) {
	t.Parallel()
	for range 20 {
		b := newFixture(t, "act", concurrency(4))
		var ended sync.WaitGroup
		for range 4 {
			ended.Go(func() {
				if _, err := b.Invoke(t.Context(), event{Do: "echo"}.payload()); err != nil && !errors.Is(err, ErrClosed) {
					t.Errorf("got %v", err)
				}
			})
		}
		b.Close()
		ended.Wait()
	}
}

func TestAllOutputArrives(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act")
	const n = 40_000 // more than a pipe holds
	text := strings.Repeat("x", 90)
	b.invoke(event{Do: "print", N: n, Text: text})
	out, errors := b.lines() // everything was delivered before Invoke returned
	for name, lines := range map[string][]string{"stdout": out, "stderr": errors} {
		if len(lines) != n {
			t.Fatalf("%s: %d lines", name, len(lines))
		}
		for i, line := range lines {
			if line != strconv.Itoa(i)+" "+text {
				t.Fatalf("%s: line %d is %q", name, i, line)
			}
		}
	}
	b.Close()
	if out, _ := b.lines(); len(out) != n+1 || out[n] != "unfinished" {
		t.Errorf("%d lines, last %q", len(out), out[len(out)-1])
	}
}

func TestDescendantsDieWithTheirProcess(t *testing.T) {
	t.Parallel()
	for _, escape := range []string{"", "group"} {
		if escape != "" && runtime.GOOS != "linux" {
			continue // only Linux lists the processes of a session
		}
		for _, end := range []func(*fixture){
			func(b *fixture) { b.Close() },
			func(b *fixture) { b.fail(event{Do: "kill"}) },
		} {
			g := newGate(t)
			b := newFixture(t, "act", through(g))
			var pid int
			b.answer(event{Do: "spawn", Text: escape}, &pid)
			v := g.next()
			if v.pid != pid {
				t.Fatalf("%d entered, not %d", v.pid, pid)
			}
			end(b)
			v.gone()
		}
	}
}

func TestCloseDoesNotWaitForEscapedDescendants(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "act", through(g))
	var pid int
	b.answer(event{Do: "spawn", Text: "away"}, &pid)
	v := g.next()
	b.Close()
	if !alive(pid) {
		t.Error("it did not escape")
	}
	v.Close() // lets the process exit
}

func TestProcessesDieWithTheHost(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ties a process to its parent")
	}
	g := newGate(t)
	host := exec.Command(os.Args[0])
	host.Env = append(os.Environ(), programVariable+"=host", "GATE="+g.address())
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	v := g.next()
	host.Process.Kill()
	host.Wait()
	v.gone()
}

func TestADeadIdleProcessIsReplaced(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act")
	for range 10 {
		var pid int
		b.answer(event{Do: "pid"}, &pid)
		b.awaitIdle(1)
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		b.awaitIdle(0)
	}
	if s := b.Stats(); s != (Stats{ColdStarts: 10, Invocations: 10}) {
		t.Errorf("%+v", s)
	}
}
