package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// pointed is an error whose methods panic for a nil pointer, which some functions
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

// TestErrorMethodsMayPanic: a panic outside the handler would end the process, and fail
// the other items of the batch, in every attempt.
func TestErrorMethodsMayPanic(t *testing.T) {
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

// TestErrorsThatPanicAreDeadLettered after the last attempt, like any other error.
func TestErrorsThatPanicAreDeadLettered(t *testing.T) {
	t.Parallel()
	x := newTrial()
	wantFailed(t, x.run(t, t.Context(), rude, testItem{body: "nil", attempt: 5}))
	dead := x.sqs.accepted[deadQueue]
	if len(dead) != 1 || !strings.Contains(fmt.Sprint(dead[0].Attributes), "nil pointer") {
		t.Errorf("dead letters %+v", dead)
	}
}

// TestErrorsThatPanicWaitForSends: an ignored item must not be acknowledged before its
// sends.
func TestErrorsThatPanicWaitForSends(t *testing.T) {
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

var _ json.Marshaler = explosive{}

func TestPanicFailsOnlyItsItem(t *testing.T) {
	t.Parallel()
	x := newTrial()
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
		switch string(data) {
		case "1":
			panic("boom")
		case "2":
			_ = data[len(data)]
		case "3":
			panic(nil)
		case "4":
			runtime.Goexit()
		}
		return nil
	}, numbered(6)...)
	wantFailed(t, failed, "m1", "m2", "m3", "m4")
	for _, want := range []string{"panic: boom", "index out of range", "errors_test.go", `"stack":"goroutine `, "runtime.Goexit"} {
		if !strings.Contains(x.log.String(), want) {
			t.Errorf("the log has no %q", want)
		}
	}
}

// foreign is an error of a handler in another language.
type foreign struct{ name, stack string }

func (f foreign) Error() string { return "broken" }

func (f foreign) ErrorType() string { return f.name }

func (f foreign) Stack() string { return f.stack }

func TestErrorsOfOtherLanguagesKeepTheirTypes(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"TypeError":      foreign{name: "TypeError"},
		"ValueError":     &Drop{Err: &RetryAfter{Err: foreign{name: "ValueError"}}},
		"engine.foreign": foreign{},
		"panic":          &Panic{Value: foreign{name: "TypeError"}},
		"RangeError":     fmt.Errorf("%w: %w", errDeadline, &Drop{Err: foreign{name: "RangeError"}}),
	} {
		if got := typeOf(err); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := stackOf(&Drop{Err: foreign{stack: "at f"}}); got != "at f" {
		t.Errorf("stack %q", got)
	}
	if got := stackOf(errors.New("x")); got != "" {
		t.Errorf("stack %q", got)
	}
}
