//go:build unix

package sandbox

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestStartLeavesAProcessWaiting(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act", concurrency(2))
	for range 2 { // the second call finds the process of the first
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

func TestStartReportsWhyTheFunctionCannotStart(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "exit")
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

func TestStartTimesOut(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "announce", func(h *Host, _ *Function) { h.initTimeout = 30 * time.Millisecond }, timeout(30*time.Millisecond))
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
	b := newFixture(t, "announce")
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

// TestStartAndInvokeShareProcesses makes both wait for the same process.
func TestStartAndInvokeShareProcesses(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act")
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

func TestInitTimeout(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "announce", func(h *Host, _ *Function) { h.initTimeout = 30 * time.Millisecond }, timeout(70*time.Millisecond))
	got, result := b.fail(event{})
	if want := (failure{"Sandbox.Timedout", "RequestId: " + result.RequestID + " Error: Task timed out after 0.07 seconds: the process did not request an event"}); got != want || !result.InitError {
		t.Errorf("got %+v, %+v", got, result)
	}
	if _, logged := b.lines(); b.Stats().ColdStarts != 2 || !slices.ContainsFunc(logged, func(line string) bool { return strings.Contains(line, "did not request an event within 0.03 seconds") }) {
		t.Errorf("%+v, %q", b.Stats(), logged)
	}
}

// TestASlowInitIsTriedAgain runs a program that reaches its first poll only in the
// second process, which has the function's timeout for its init phase.
func TestASlowInitIsTriedAgain(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "late", through(g), func(h *Host, _ *Function) { h.initTimeout = 30 * time.Millisecond })
	go func() {
		for {
			c, err := g.listener.Accept()
			if err != nil {
				return // the test is over
			}
			b.await(func() bool { return b.stats.ColdStarts == 2 })
			c.Close()
		}
	}()
	var text string
	b.answer(event{Do: "echo", Text: "x"}, &text)
	if text != "x" || b.Stats() != (Stats{ColdStarts: 2, Invocations: 1}) {
		t.Errorf("%q, %+v", text, b.Stats())
	}
}

func TestReplaceEndsOldProcesses(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "act", concurrency(2), through(g))
	ended := make(chan string)
	go func() { // works while the program is replaced
		r, err := b.Invoke(t.Context(), event{Do: "enter"}.payload())
		if err != nil {
			t.Error(err)
		}
		ended <- r.FunctionError
	}()
	busy := g.next()
	var idle int
	b.answer(event{Do: "pid"}, &idle)
	b.awaitIdle(1)
	dir := t.TempDir()
	if err := b.Replace([]string{os.Args[0]}, dir); err != nil {
		t.Fatal(err)
	}
	busy.Close()
	if mark := <-ended; mark != "" {
		t.Errorf("the busy process failed: %s", mark)
	}
	b.await(func() bool { return len(b.processes) == 0 })
	if alive(idle) || alive(busy.pid) {
		t.Error("an old process is left")
	}
	var environment []string
	b.answer(event{Do: "environment"}, &environment)
	if !slices.Contains(environment, "LAMBDA_TASK_ROOT="+dir) {
		t.Errorf("%q", environment)
	}
	if err := b.Replace([]string{"/no/such/program"}, dir); err == nil {
		t.Error("a missing program was accepted")
	}
}
