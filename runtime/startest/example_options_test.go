package startest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/serverless-star/starjob/runtime/star"
	"github.com/serverless-star/starjob/runtime/startest"
)

// tell is a handler that prints the description of its item.
var tell = square.Handle(func(ctx context.Context, n int, _ star.Generate) error {
	item := star.FromContext(ctx)
	fmt.Printf("%d: attempt %d, depth %d\n", n, item.Attempt, item.Depth)
	return nil
})

// Options change how the item is delivered. Without options, it is the first of five
// attempts, with depth 0.
func ExampleOption() {
	second := []startest.Option{startest.Attempt(2), startest.Depth(1)}
	startest.Run(t, tell, 7)
	startest.Run(t, tell, 7, second...)
	// Output:
	// 7: attempt 1, depth 0
	// 7: attempt 2, depth 1
}

func ExampleDepth() {
	r := startest.Run(t, plan.Handle(doPlan), 1, startest.Depth(3))
	fmt.Println(r.Generated[0].Depth)
	// Output: 4
}

func ExampleMaxAttempts() {
	broken := square.Handle(func(context.Context, int, star.Generate) error { return errors.New("broken") })
	fmt.Println(startest.Run(t, broken, 1, startest.MaxAttempts(1)).Outcome)
	// Output: dead
}

// A test can provide the values that a handler reads from its context.
func ExampleContext() {
	type bucket struct{}
	where := square.Handle(func(ctx context.Context, _ int, _ star.Generate) error {
		fmt.Println(ctx.Value(bucket{}))
		return nil
	})
	ctx := context.WithValue(context.Background(), bucket{}, "a test's bucket")
	startest.Run(t, where, 1, startest.Context(ctx))
	// Output: a test's bucket
}

func ExampleResult() {
	r := startest.Run(t, plan.Handle(doPlan), 2)
	fmt.Println(r.Outcome == startest.Done, r.After, r.Err, len(r.Generated))
	// Output: true 0s <nil> 2
}

// Generated also has items of steps that the test knows only by name. Items decodes the
// items of a declared step.
func ExampleGenerated() {
	r := startest.Run(t, plan.Handle(doPlan), 2)
	for _, g := range r.Generated {
		fmt.Println(g.Step, string(g.Data), g.Depth)
	}
	// Output:
	// square 0 1
	// square 1 1
}

func ExampleOutcome() {
	ends := func(err error, opts ...startest.Option) startest.Outcome {
		return startest.Run(t, square.Handle(func(context.Context, int, star.Generate) error { return err }), 1, opts...).Outcome
	}
	broken := errors.New("broken")
	fmt.Println(ends(nil) == startest.Done)
	fmt.Println(ends(broken) == startest.Retried)
	fmt.Println(ends(broken, startest.IgnoreErrors()) == startest.Ignored)
	fmt.Println(ends(star.Drop(broken)) == startest.Dead)
	// Output:
	// true
	// true
	// true
	// true
}
