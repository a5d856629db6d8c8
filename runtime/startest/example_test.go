package startest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
	"github.com/serverless-star/starjob/runtime/startest"
)

var (
	plan   = star.NewStep[int]("plan")
	square = star.NewStep[int]("square")
)

func doPlan(_ context.Context, n int, generate star.Generate) error {
	if n < 0 {
		return star.Drop(errors.New("negative"))
	}
	for i := range n {
		if err := generate(square.With(i)); err != nil {
			return err
		}
	}
	return nil
}

// t replaces the argument of a test function.
var t = silent{}

type silent struct{ testing.TB }

func (silent) Helper()                      {}
func (silent) Output() io.Writer            { return io.Discard }
func (silent) Fatalf(text string, a ...any) { panic(fmt.Sprintf(text, a...)) }

func ExampleRun() {
	r := startest.Run(t, plan.Handle(doPlan), 3)
	fmt.Println(r.Outcome, startest.Items(t, r, square))

	r = startest.Run(t, plan.Handle(doPlan), -1)
	fmt.Println(r.Outcome, r.Err)
	// Output:
	// done [0 1 2]
	// dead negative
}

func ExampleItems() {
	r := startest.Run(t, plan.Handle(doPlan), 2)
	for _, n := range startest.Items(t, r, square) {
		fmt.Println(n)
	}
	// Output:
	// 0
	// 1
}

func ExampleTwice() {
	stored := map[string]int{}
	store := star.NewStep[string]("store").Handle(func(_ context.Context, key string, _ star.Generate) error {
		stored[key] = len(key)
		return nil
	})
	startest.Twice(t, store, "a key")
	fmt.Println(stored)
	// Output: map[a key:5]
}

func ExampleWithin() {
	wait := square.Handle(func(ctx context.Context, _ int, _ star.Generate) error {
		<-ctx.Done()
		return ctx.Err()
	})
	r := startest.Run(t, wait, 1, startest.Within(50*time.Millisecond))
	fmt.Println(r.Outcome)
	// Output: retried
}

func ExampleAttempt() {
	broken := square.Handle(func(context.Context, int, star.Generate) error { return errors.New("broken") })
	fmt.Println(startest.Run(t, broken, 1, startest.Attempt(4)).Outcome)
	fmt.Println(startest.Run(t, broken, 1, startest.Attempt(5)).Outcome)
	// Output:
	// retried
	// dead
}

func ExampleIgnoreErrors() {
	broken := square.Handle(func(context.Context, int, star.Generate) error { return errors.New("broken") })
	r := startest.Run(t, broken, 1, startest.IgnoreErrors())
	fmt.Println(r.Outcome, r.Err)
	// Output: ignored broken
}

func ExampleMaxDepth() {
	r := startest.Run(t, plan.Handle(doPlan), 1, startest.Depth(3), startest.MaxDepth(3))
	fmt.Println(r.Outcome, errors.Is(r.Err, star.ErrTooDeep))
	// Output: retried true
}

func ExampleSteps() {
	r := startest.Run(t, plan.Handle(doPlan), 1, startest.Steps("squares"))
	fmt.Println(r.Err)
	// Output: unknown step "square": this function may generate for squares
}
