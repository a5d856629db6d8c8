package star_test

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

// exampleT replaces the argument of a test function.
var exampleT = silent{}

type silent struct{ testing.TB }

func (silent) Helper()                      {}
func (silent) Output() io.Writer            { return io.Discard }
func (silent) Fatalf(text string, a ...any) { panic(fmt.Sprintf(text, a...)) }

// A page of a listing, with its keys.
type page struct{ Token string }

var (
	list = star.NewStep[page]("list")
	load = star.NewStep[string]("load")
)

func doList(_ context.Context, p page, generate star.Generate) error {
	keys, next := []string{p.Token + "1", p.Token + "2"}, ""
	if p.Token == "a" {
		next = "b"
	}
	for _, key := range keys {
		if err := generate(load.With(key)); err != nil {
			return err
		}
	}
	if next == "" {
		return nil
	}
	return generate(list.With(page{next}))
}

func doLoad(context.Context, string, star.Generate) error { return nil }

// A program passes all its steps to Start, which never returns.
func ExampleStart() {
	main := func() { star.Start(list.Handle(doList), load.Handle(doLoad)) }
	_ = main
}

// Steps are variables, so that the compiler checks senders and handlers against the same
// type. Handlers are bound in main, because they refer to steps themselves.
func ExampleNewStep() {
	type window struct{ From, To int }
	plan := star.NewStep[window]("plan")
	handler := plan.Handle(func(_ context.Context, w window, _ star.Generate) error {
		fmt.Println(w.To - w.From)
		return nil
	})
	startest.Run(exampleT, handler, window{3, 7})
	// Output: 4
}

// A step may generate items for itself, such as one for each page of a listing.
func ExampleGenerate() {
	r := startest.Run(exampleT, list.Handle(doList), page{"a"})
	for _, g := range r.Generated {
		fmt.Printf("%s %s\n", g.Step, g.Data)
	}
	// Output:
	// load "a1"
	// load "a2"
	// list {"Token":"b"}
}

func ExampleStep_With() {
	i := load.With("a1")
	i.Delay = time.Minute
	fmt.Printf("%s %v %v\n", i.Step, i.Data, i.Delay)
	// Output: load a1 1m0s
}

// Without With, an Invocation can name a step that the program does not declare.
func ExampleInvocation() {
	handler := load.Handle(func(_ context.Context, key string, generate star.Generate) error {
		return generate(star.Invocation{Step: "audit", Data: map[string]string{"key": key}, Group: "tenant-7"})
	})
	r := startest.Run(exampleT, handler, "a1")
	fmt.Printf("%s %s %s\n", r.Generated[0].Step, r.Generated[0].Data, r.Generated[0].Group)
	// Output: audit {"key":"a1"} tenant-7
}

func ExampleDrop() {
	check := load.Handle(func(_ context.Context, key string, _ star.Generate) error {
		if key == "" {
			return star.Drop(errors.New("no key"))
		}
		return nil
	})
	r := startest.Run(exampleT, check, "")
	fmt.Println(r.Outcome, r.Err)
	// Output: dead no key
}

func ExampleRetryAfter() {
	limited := load.Handle(func(context.Context, string, star.Generate) error {
		return star.RetryAfter(10*time.Minute, errors.New("rate limited"))
	})
	r := startest.Run(exampleT, limited, "a1")
	fmt.Println(r.Outcome, r.After, r.Err)
	// Output: retried 10m0s rate limited
}

func ExampleFromContext() {
	tell := load.Handle(func(ctx context.Context, _ string, _ star.Generate) error {
		item := star.FromContext(ctx)
		fmt.Println(item.Job, item.Step, item.Attempt, item.Depth)
		return nil
	})
	startest.Run(exampleT, tell, "a1", startest.Attempt(2), startest.Depth(1))
	// Output: Test load 2 1
}

func ExampleGenerateError() {
	deep := list.Handle(func(_ context.Context, p page, generate star.Generate) error {
		err := generate(list.With(p))
		var refused *star.GenerateError
		if errors.Is(err, star.ErrTooDeep) && errors.As(err, &refused) {
			fmt.Println(refused.Step, "is deep enough")
			return nil
		}
		return err
	})
	startest.Run(exampleT, deep, page{"a"}, startest.Depth(1000))
	// Output: list is deep enough
}
