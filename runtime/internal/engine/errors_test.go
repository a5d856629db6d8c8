package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

// pointed is an error whose methods panic for a nil pointer, which many a function
// returns by mistake.
type pointed struct{ cause error }

func (p *pointed) Error() string { return p.cause.Error() }
func (p *pointed) Unwrap() error { return p.cause }

// rude are errors of which each has one method that panics.
type (
	rudeText   struct{}
	rudeUnwrap struct{}
	rudeIs     struct{}
	rudeAs     struct{}
)

func (rudeText) Error() string   { panic("no text") }
func (rudeUnwrap) Error() string { return "text" }
func (rudeUnwrap) Unwrap() error { panic("no cause") }
func (rudeIs) Error() string     { return "text" }
func (rudeIs) Is(error) bool     { panic("no likeness") }
func (rudeAs) Error() string     { return "text" }
func (rudeAs) As(any) bool       { panic("no likeness") }

var rudeErrors = map[string]error{
	"nil": (*pointed)(nil), "text": rudeText{}, "unwrap": rudeUnwrap{}, "is": rudeIs{}, "as": rudeAs{},
	"wrapped": fmt.Errorf("w: %w", rudeUnwrap{}), "joined": errors.Join(errBroken, rudeAs{}), "dropped": &Drop{rudeText{}},
}

func rude(_ context.Context, data []byte, _ Generate) error {
	name := string(data)
	if cause, ok := strings.CutPrefix(name, "panic "); ok {
		panic(rudeErrors[cause])
	}
	return rudeErrors[name]
}

// TestRule4ErrorsMayPanic: a panic outside the handler would end the process, and
// with it the other items of the batch, at each attempt.
func TestRule4ErrorsMayPanic(t *testing.T) {
	t.Parallel()
	for _, ignored := range []bool{false, true} {
		x := newTrial()
		x.config.IgnoreErrors = ignored
		items := []testItem{{id: "fine", body: "fine"}}
		var all []string
		for name := range rudeErrors {
			for _, id := range []string{name, "panic " + name} {
				items = append(items, testItem{id: id, body: id})
				all = append(all, id)
			}
		}
		slices.Sort(all)
		all = slices.DeleteFunc(all, func(id string) bool { return ignored || id == "panic dropped" }) // fmt takes care of that
		wantFailed(t, x.run(t, t.Context(), rude, items...), all...)
		for _, want := range []string{"nil pointer", "no text", "no cause", "no likeness", "*engine.pointed", "errors_test.go"} {
			if !ignored && !strings.Contains(x.log.String(), want) {
				t.Errorf("the log has no %q", want)
			}
		}
	}
}

// TestRule4ErrorsThatPanicAreBuried at the last attempt, as any other error is.
func TestRule4ErrorsThatPanicAreBuried(t *testing.T) {
	t.Parallel()
	x := newTrial()
	wantFailed(t, x.run(t, t.Context(), rude, testItem{body: "nil", attempt: 5}))
	dead := x.sqs.accepted[deadQueue]
	if len(dead) != 1 || !strings.Contains(fmt.Sprint(dead[0].Attributes), "nil pointer") {
		t.Errorf("dead letters %+v", dead)
	}
}

// TestRule7ErrorsThatPanicWaitForSends: an ignored one must not be acknowledged
// before.
func TestRule7ErrorsThatPanicWaitForSends(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.config.IgnoreErrors = true
	x.sqs.fault = refuses("1")
	failed := x.run(t, t.Context(), func(ctx context.Context, data []byte, generate Generate) error {
		_ = generate(Invocation{Step: "sink", Data: 1})
		return rudeIs{}
	}, bodies("0")...)
	wantFailed(t, failed, "m0")
}

// TestRule8EncodersMayPanic, which is a panic of the handler that generates.
func TestRule8EncodersMayPanic(t *testing.T) {
	t.Parallel()
	x := newTrial()
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, generate Generate) error {
		if string(data) == "1" {
			return generate(Invocation{Step: "sink", Data: explosive{}})
		}
		return generate(Invocation{Step: "sink", Data: string(data)})
	}, numbered(3)...)
	wantFailed(t, failed, "m1")
	if got := x.sqs.bodies(sinkQueue); len(got) != 2 {
		t.Errorf("sent %v", got)
	}
}

type explosive struct{}

func (explosive) MarshalJSON() ([]byte, error) { panic("boom") }

var _ json.Marshaler = explosive{}

// TestRule12LinesHoldAnyError: however long it is, and whatever it is made of.
func TestRule12LinesHoldAnyError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a\xff\x00\uFFFE\n\"b", strings.Repeat("ü", 1<<20), ""} {
		x := newTrial()
		failed := x.run(t, t.Context(), byBody(map[string]error{"0": errors.New(text), "1": &Drop{errors.New(text)}}), numbered(2)...)
		wantFailed(t, failed, "m0")
		for _, line := range logged(t, &x.log) {
			if got, ok := line["error"].(string); !ok || len(got) > maxLogged || !utf8.ValidString(got) || (got == "") != (text == "") {
				t.Errorf("an error of %d bytes is logged with %d", len(text), len(got))
			}
		}
	}
}

// crowd counts the calls that change visibility at once.
type crowd struct {
	*fakeSQS
	mu              sync.Mutex
	now, peak, seen int
}

func (c *crowd) Return(_ context.Context, _ string, messages []Return) error {
	c.mu.Lock()
	c.now++
	c.peak = max(c.peak, c.now)
	c.mu.Unlock()
	time.Sleep(10 * time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now--
	c.seen += len(messages)
	return nil
}

// TestRule9ManyReturnsShareConnections: each call that is made at once has one, of
// which a function cannot have as many as a batch has items.
func TestRule9ManyReturnsShareConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 10_000
		sqs := &crowd{fakeSQS: &fakeSQS{}}
		e := New(testConfig(), Handler(func(context.Context, []byte, Generate) error { return errBroken }), sqs, quiet(), new(syncBuffer))
		if _, err := e.Invoke(t.Context(), event(numbered(n)...)); err != nil {
			t.Fatal(err)
		}
		if sqs.seen != n || sqs.peak > returnCalls {
			t.Errorf("%d items came back by up to %d calls at once, want %d by %d at most", sqs.seen, sqs.peak, n, returnCalls)
		}
	})
}
