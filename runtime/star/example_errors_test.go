package star_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
	"github.com/serverless-star/starjob/runtime/startest"
)

// refusals returns a handler that generates an item and prints why it is refused.
func refusals(i star.Invocation, reasons ...error) star.Option {
	return load.Handle(func(_ context.Context, _ string, generate star.Generate) error {
		err := generate(i)
		for _, reason := range reasons {
			fmt.Println(reason, "-", errors.Is(err, reason))
		}
		return nil
	})
}

func ExampleErrUnknownStep() {
	i := star.Invocation{Step: "lode", Data: "a1"}
	startest.Run(exampleT, refusals(i, star.ErrUnknownStep), "", startest.Steps("load"))
	// Output: unknown step - true
}

func ExampleErrNotJSON() {
	i := star.Invocation{Step: "load", Data: make(chan int)}
	startest.Run(exampleT, refusals(i, star.ErrNotJSON), "")
	// Output: data cannot be encoded as JSON - true
}

// Store large data elsewhere, and generate its key.
func ExampleErrTooLarge() {
	i := load.With(strings.Repeat("x", 2<<20))
	startest.Run(exampleT, refusals(i, star.ErrTooLarge), "")
	// Output: item too large - true
}

func ExampleErrTooDeep() {
	i := load.With("a1")
	startest.Run(exampleT, refusals(i, star.ErrTooDeep), "", startest.Depth(7), startest.MaxDepth(7))
	// Output: chain too deep - true
}

func ExampleErrDelay() {
	i := load.With("a1")
	i.Delay = time.Hour
	startest.Run(exampleT, refusals(i, star.ErrDelay), "")
	// Output: invalid delay - true
}

func ExampleErrGroup() {
	i := load.With("a1")
	i.Group = "no spaces, please"
	startest.Run(exampleT, refusals(i, star.ErrGroup), "")
	// Output: invalid group - true
}

// A goroutine cannot generate items after its handler has returned.
func ExampleErrEnded() {
	var late star.Generate
	startest.Run(exampleT, load.Handle(func(_ context.Context, _ string, generate star.Generate) error {
		late = generate
		return nil
	}), "a1")
	fmt.Println(errors.Is(late(load.With("a2")), star.ErrEnded))
	// Output: true
}

// A handler usually returns the errors of generate. Instead it can check whether it makes
// sense to continue: after one of these errors, the item fails and is retried anyway.
func ExampleErrNotSent() {
	isFinal := func(err error) bool { return errors.Is(err, star.ErrNotSent) || errors.Is(err, star.ErrEnded) }
	handler := load.Handle(func(_ context.Context, _ string, generate star.Generate) error {
		fmt.Println(isFinal(generate(star.Invocation{Step: "lode"})))
		return nil
	})
	startest.Run(exampleT, handler, "a1", startest.Steps("load"))
	// Output: false
}
