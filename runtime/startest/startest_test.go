package startest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
	"github.com/serverless-star/starjob/runtime/startest"
)

// returning returns a handler that calls f.
func returning(f func(ctx context.Context, generate star.Generate) error) star.Option {
	return plan.Handle(func(ctx context.Context, _ int, generate star.Generate) error { return f(ctx, generate) })
}

func fails(err error) star.Option {
	return returning(func(context.Context, star.Generate) error { return err })
}

var errBroken = errors.New("broken")

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler star.Option
		opts    []startest.Option
		want    startest.Outcome
		after   time.Duration
		err     error
	}{
		"nil":              {handler: fails(nil), want: startest.Done},
		"error":            {handler: fails(errBroken), want: startest.Retried, after: time.Second, err: errBroken},
		"last attempt":     {handler: fails(errBroken), opts: []startest.Option{startest.Attempt(5)}, want: startest.Dead, err: errBroken},
		"of two attempts":  {handler: fails(errBroken), opts: []startest.Option{startest.Attempt(2), startest.MaxAttempts(2)}, want: startest.Dead, err: errBroken},
		"ignored":          {handler: fails(errBroken), opts: []startest.Option{startest.IgnoreErrors()}, want: startest.Ignored, err: errBroken},
		"dropped":          {handler: fails(star.Drop(errBroken)), want: startest.Dead, err: errBroken},
		"wrapped drop":     {handler: fails(fmt.Errorf("w: %w", star.Drop(errBroken))), want: startest.Dead, err: errBroken},
		"retry after":      {handler: fails(star.RetryAfter(90*time.Minute, errBroken)), want: startest.Retried, after: 90 * time.Minute, err: errBroken},
		"last retry after": {handler: fails(star.RetryAfter(time.Hour, errBroken)), opts: []startest.Option{startest.Attempt(5)}, want: startest.Dead, err: errBroken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startest.Run(t, c.handler, 1, c.opts...)
			if r.Outcome != c.want || r.After != c.after || !errors.Is(r.Err, c.err) {
				t.Errorf("%+v, want %s after %v with %v", r, c.want, c.after, c.err)
			}
		})
	}
}

func TestPanicsAndExitsAreErrors(t *testing.T) {
	t.Parallel()
	r := startest.Run(t, returning(func(context.Context, star.Generate) error { panic("boom") }), 1)
	if r.Outcome != startest.Retried || r.Err == nil || r.Err.Error() != "panic: boom" {
		t.Errorf("%+v", r)
	}
	inner := new(testing.T)
	r = startest.Run(t, returning(func(context.Context, star.Generate) error { inner.FailNow(); return nil }), 1)
	if r.Outcome != startest.Retried || r.Err == nil {
		t.Errorf("%+v", r)
	}
}

func TestUndecodableItemIsTheItemsError(t *testing.T) {
	t.Parallel()
	r := startest.Run(t, plan.Handle(doPlan), "no number")
	if r.Outcome != startest.Retried || r.Err == nil {
		t.Errorf("%+v", r)
	}
}

func TestGeneratedInOrderWithEverything(t *testing.T) {
	t.Parallel()
	r := startest.Run(t, returning(func(_ context.Context, generate star.Generate) error {
		for i := range 100 {
			if err := generate(square.With(i)); err != nil {
				return err
			}
		}
		return generate(star.Invocation{Step: "other", Data: "<x>", Delay: time.Minute, Group: "g"})
	}), 1, startest.Depth(3))
	got := startest.Items(t, r, square)
	if len(got) != 100 || !slices.IsSorted(got) {
		t.Errorf("generated %v", got)
	}
	last := r.Generated[100]
	if last.Step != "other" || last.Delay != time.Minute || last.Group != "g" || last.Depth != 4 {
		t.Errorf("%+v", last)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	generate := returning(func(_ context.Context, generate star.Generate) error { return generate(square.With(1)) })
	if r := startest.Run(t, generate, 1, startest.Steps("a", "b")); !errors.Is(r.Err, star.ErrUnknownStep) || len(r.Generated) != 0 {
		t.Errorf("%+v", r)
	}
	if r := startest.Run(t, generate, 1, startest.Depth(7), startest.MaxDepth(7)); !errors.Is(r.Err, star.ErrTooDeep) {
		t.Errorf("%+v", r)
	}
}

func TestTwiceCountsAttempts(t *testing.T) {
	t.Parallel()
	var seen []star.Item
	first, second := startest.Twice(t, returning(func(ctx context.Context, generate star.Generate) error {
		seen = append(seen, star.FromContext(ctx))
		return generate(square.With(len(seen)))
	}), 1)
	if len(seen) != 2 || seen[0].Attempt != 1 || seen[1].Attempt != 2 || seen[0].MessageID != seen[1].MessageID || seen[0].Step != "plan" {
		t.Errorf("delivered %+v", seen)
	}
	if len(first.Generated) != 1 || len(second.Generated) != 1 {
		t.Errorf("generated %v and %v", first.Generated, second.Generated)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		r := startest.Run(t, returning(func(context.Context, star.Generate) error { <-release; return nil }), 1, startest.Within(time.Minute))
		if r.Outcome != startest.Retried || r.Err == nil {
			t.Errorf("%+v", r)
		}
		close(release)
	})
}

func TestContextReachesTheHandler(t *testing.T) {
	t.Parallel()
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, "value")
	r := startest.Run(t, returning(func(ctx context.Context, _ star.Generate) error {
		if ctx.Value(key{}) != "value" {
			return errBroken
		}
		return nil
	}), 1, startest.Context(ctx))
	if r.Err != nil {
		t.Error(r.Err)
	}
}
