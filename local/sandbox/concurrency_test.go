//go:build unix

package sandbox

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"
)

func TestProcessesAreReused(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act", concurrency(10))
	var first, pid int
	b.answer(event{Do: "pid"}, &first)
	for n := range 50 {
		var text string
		b.answer(event{Do: "echo", Text: strconv.Itoa(n)}, &text)
		if text != strconv.Itoa(n) {
			t.Fatalf("got %q for %d", text, n)
		}
	}
	b.answer(event{Do: "pid"}, &pid)
	if pid != first {
		t.Errorf("process %d, then %d", first, pid)
	}
	if s := b.Stats(); s != (Stats{ColdStarts: 1, Invocations: 52}) {
		t.Errorf("%+v", s)
	}
}

func TestTheMostRecentlyUsedProcessIsFirst(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "act", concurrency(3), through(g))
	var ended sync.WaitGroup
	var visitors []visitor
	for range 3 {
		ended.Go(func() { b.invoke(event{Do: "enter"}) })
		visitors = append(visitors, g.next())
	}
	for n, v := range visitors {
		v.Close()
		b.awaitIdle(n + 1)
	}
	ended.Wait()
	for range 5 {
		var pid int
		b.answer(event{Do: "pid"}, &pid)
		b.awaitIdle(3)
		if pid != visitors[2].pid {
			t.Errorf("process %d, then %d", visitors[2].pid, pid)
		}
	}
	if s := b.Stats(); s.ColdStarts != 3 {
		t.Errorf("%+v", s)
	}
}

func TestConcurrencyBoundsProcesses(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "act", concurrency(2), through(g))
	var ended sync.WaitGroup
	for range 6 {
		ended.Go(func() { b.invoke(event{Do: "enter"}) })
	}
	pids := map[int]bool{}
	for range 3 {
		one, other := g.next(), g.next() // both run at the same time
		pids[one.pid], pids[other.pid] = true, true
		one.Close()
		other.Close()
	}
	ended.Wait()
	if len(pids) != 2 || b.Stats().ColdStarts != 2 {
		t.Errorf("processes %v, %+v", pids, b.Stats())
	}
}

func TestWaitTimeoutThrottles(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "act", through(g))
	ended := make(chan error)
	go func() {
		_, err := b.Invoke(t.Context(), event{Do: "enter"}.payload())
		ended <- err
	}()
	v := g.next()
	in := event{Do: "echo"}.payload()
	in.WaitTimeout = time.Millisecond
	if _, err := b.Invoke(t.Context(), in); !errors.Is(err, ErrThrottled) {
		t.Errorf("got %v", err)
	}
	v.Close() // the first invocation succeeds
	if err := <-ended; err != nil {
		t.Error(err)
	}
	in.WaitTimeout = time.Hour
	if _, err := b.Invoke(t.Context(), in); err != nil {
		t.Error(err)
	}
}

func TestCancellationWhileWaiting(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "act", through(g))
	var ended sync.WaitGroup
	ended.Go(func() { b.invoke(event{Do: "enter"}) })
	v := g.next()
	ctx, cancel := context.WithCancel(t.Context())
	ended.Go(func() {
		if _, err := b.Invoke(ctx, event{Do: "echo"}.payload()); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	b.awaitWaiting(1)
	ended.Go(func() { b.invoke(event{Do: "echo"}) }) // keeps waiting
	b.awaitWaiting(2)
	cancel()
	b.awaitWaiting(1)
	v.Close()
	ended.Wait()
	if s := b.Stats(); s != (Stats{ColdStarts: 1, Invocations: 2}) {
		t.Errorf("%+v", s)
	}
}

// TestAProcessGrantedTooLateIsReturned covers the moment between a grant and the
// end of the wait for it.
func TestAProcessGrantedTooLateIsReturned(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act")
	grant := func() chan *process {
		granted := make(chan *process, 1)
		b.Runner.mu.Lock()
		defer b.Runner.mu.Unlock()
		b.waiting = append(b.waiting, granted)
		b.dispatch()
		return granted
	}
	granted := grant()
	if len(granted) != 1 || len(b.processes) != 1 {
		t.Fatal("no process was granted")
	}
	b.cancelWait(granted) // not started yet
	if len(b.processes) != 0 {
		t.Error("the process is kept")
	}
	b.invoke(event{Do: "echo"})
	b.awaitIdle(1)
	b.cancelWait(grant()) // idle
	b.awaitIdle(1)
	b.invoke(event{Do: "echo"})
	if s := b.Stats(); s.ColdStarts != 1 {
		t.Errorf("%+v", s)
	}
}
