//go:build unix

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestInvocationsGetTheirOwnResponses(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act", concurrency(4))
	var ended sync.WaitGroup
	var failed, cancelled atomic.Int32
	for n := range 200 {
		ended.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			e := event{Do: "echo", Text: strconv.Itoa(n)}
			switch {
			case n%20 == 7:
				e.Do = "panic"
			case n%20 == 11:
				cancel()
			}
			result, err := b.Invoke(ctx, e.payload())
			switch {
			case err != nil:
				cancelled.Add(1)
			case result.FunctionError != "":
				failed.Add(1)
			case string(result.Payload) != strconv.Quote(e.Text):
				t.Errorf("got %s for %s", result.Payload, e.Text)
			}
		})
	}
	ended.Wait()
	if failed.Load() != 10 || cancelled.Load() != 10 {
		t.Errorf("%d failed, %d cancelled", failed.Load(), cancelled.Load())
	}
	if s := b.Stats(); s.Invocations != 190 || s.Errors != 10 {
		t.Errorf("%+v", s)
	}
}

func TestTheHandlerSeesItsContext(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act", timeout(10*time.Minute))
	var seen struct {
		ID, ARN, Trace string
		Left           time.Duration
	}
	b.answer(event{Do: "context"}, &seen)
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(seen.ID) {
		t.Errorf("request ID %q", seen.ID)
	}
	if seen.ARN != "arn:aws:lambda:eu-west-1:123456789012:function:f" {
		t.Errorf("ARN %q", seen.ARN)
	}
	if !regexp.MustCompile(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$`).MatchString(seen.Trace) {
		t.Errorf("trace %q", seen.Trace)
	}
	if seen.Left <= 0 || seen.Left > 10*time.Minute {
		t.Errorf("%s left", seen.Left)
	}
}

func TestFunctionErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event event
		want  failure
		again bool // the same process is reused
	}{
		"returned":  {event{Do: "fail", Text: "no such key"}, failure{"broken", "no such key"}, true},
		"panic":     {event{Do: "panic", Text: "oh"}, failure{"string", "oh"}, false},
		"exit":      {event{Do: "exit", N: 4}, failure{"Runtime.ExitError", "RequestId: ID Error: Runtime exited with error: exit status 4"}, false},
		"exit 0":    {event{Do: "exit"}, failure{"Runtime.ExitError", "RequestId: ID Error: Runtime exited without providing a reason"}, false},
		"signal":    {event{Do: "kill"}, failure{"Runtime.ExitError", "RequestId: ID Error: Runtime exited with error: signal: killed"}, false},
		"reader":    {event{Do: "reader"}, failure{"errorString", "the source is dry"}, true},
		"too large": {event{Do: "answer", N: 6<<20 + 99}, failure{"Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes)."}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t, "act")
			var before, after int
			b.answer(event{Do: "pid"}, &before)
			got, result := b.fail(c.event)
			got.ErrorMessage = strings.ReplaceAll(got.ErrorMessage, result.RequestID, "ID")
			if got != c.want || result.InitError {
				t.Errorf("got %+v, init error %t", got, result.InitError)
			}
			b.answer(event{Do: "pid"}, &after)
			if (before == after) != c.again {
				t.Errorf("process %d, then %d", before, after)
			}
			if s := b.Stats(); s.Invocations != 3 || s.Errors != 1 || s.Timeouts != 0 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestTheLargestAnswerAndEvent(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act")
	var text string
	if b.answer(event{Do: "answer", N: 6<<20 + 98}, &text); len(text) != 6<<20+98 {
		t.Errorf("got %d bytes", len(text))
	}
	e := event{Do: "pid"}
	var pid int
	e.Text = strings.Repeat("x", MaxPayloadBytes-len(e.payload().Payload))
	b.answer(e, &pid)
	e.Text += "x"
	_, err := b.Invoke(t.Context(), e.payload())
	var tooLarge *TooLargeError
	if !errors.As(err, &tooLarge) || tooLarge.Bytes != MaxPayloadBytes+1 || !strings.Contains(err.Error(), "6291457 byte payload") {
		t.Errorf("got %v", err)
	}
}

func TestAProcessOverItsTimeoutIsKilled(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "act", timeout(50*time.Millisecond), through(g))
	entered := make(chan visitor, 1)
	go func() { entered <- g.next() }()
	got, result := b.fail(event{Do: "enter"})
	if want := (failure{"Sandbox.Timedout", "RequestId: " + result.RequestID + " Error: Task timed out after 0.05 seconds"}); got != want {
		t.Errorf("got %+v", got)
	}
	if result.InitError || result.Duration < 50*time.Millisecond {
		t.Errorf("%+v", result)
	}
	if v := <-entered; alive(v.pid) {
		t.Error("the process lives on")
	}
	if s := b.Stats(); s != (Stats{ColdStarts: 1, Invocations: 1, Errors: 1, Timeouts: 1}) {
		t.Errorf("%+v", s)
	}
}

func TestInitErrors(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "exit")
	got, result := b.fail(event{})
	if want := (failure{"Runtime.ExitError", "RequestId: " + result.RequestID + " Error: Runtime exited with error: exit status 3"}); got != want || !result.InitError {
		t.Errorf("got %+v, %+v", got, result)
	}
	if _, errLines := b.lines(); !slices.Contains(errLines, "no configuration") {
		t.Errorf("printed %q", errLines)
	}
}

func TestAProgramThatCannotBeStarted(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act", func(_ *Host, f *Function) { f.Command = []string{script(t, "neither script nor binary")} })
	got, result := b.fail(event{})
	if got.ErrorType != "Runtime.InvalidEntrypoint" || !result.InitError || b.Stats().ColdStarts != 0 {
		t.Errorf("got %+v, %+v", got, result)
	}
}

func TestCancellationKillsTheProcess(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	b := newFixture(t, "act", through(g))
	ctx, cancel := context.WithCancelCause(t.Context())
	var entered visitor
	go func() {
		entered = g.next()
		cancel(errors.New("enough"))
	}()
	if _, err := b.Invoke(ctx, event{Do: "enter"}.payload()); err == nil || err.Error() != "enough" {
		t.Errorf("got %v", err)
	}
	if alive(entered.pid) {
		t.Error("the process lives on")
	}
	if s := b.Stats(); s != (Stats{ColdStarts: 1}) {
		t.Errorf("%+v", s)
	}
}

func BenchmarkEcho(b *testing.B) {
	for _, size := range []int{100, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			bench := newFixture(b, "act")
			in := event{Do: "echo", Text: strings.Repeat("x", size)}.payload()
			b.SetBytes(int64(size))
			for b.Loop() {
				if _, err := bench.Invoke(b.Context(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
