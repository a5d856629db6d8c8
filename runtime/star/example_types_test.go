package star_test

import (
	"context"
	"fmt"

	"github.com/serverless-star/starjob/runtime/star"
	"github.com/serverless-star/starjob/runtime/startest"
)

// With and Handle only accept the item type of their step.
func ExampleStep() {
	type photo struct{ Key string }
	resize := star.NewStep[photo]("resize")
	fmt.Println(resize.With(photo{"a.jpg"}).Step)
	// Output: resize
}

func ExampleStep_Handle() {
	bound := load.Handle(func(_ context.Context, key string, _ star.Generate) error {
		fmt.Println("loading", key)
		return nil
	})
	startest.Run(exampleT, bound, "a1")
	// Output: loading a1
}

// A handler can be any function with this signature, such as a method of a type that has
// its dependencies.
func ExampleHandler() {
	seen := map[string]bool{}
	var handler star.Handler[string] = func(_ context.Context, key string, _ star.Generate) error {
		seen[key] = true
		return nil
	}
	startest.Run(exampleT, load.Handle(handler), "a1")
	fmt.Println(seen)
	// Output: map[a1:true]
}

// A program with many steps can collect its options.
func ExampleOption() {
	steps := []star.Option{list.Handle(doList), load.Handle(doLoad)}
	main := func() { star.Start(steps...) }
	_ = main
	fmt.Println(len(steps))
	// Output: 2
}

// The message ID is the same in all attempts, so it can be the key of an effect that must
// happen only once.
func ExampleItem() {
	charged := map[string]int{}
	charge := load.Handle(func(ctx context.Context, account string, _ star.Generate) error {
		var item star.Item = star.FromContext(ctx)
		if _, done := charged[item.MessageID]; !done {
			charged[item.MessageID] = 7
		}
		return nil
	})
	startest.Twice(exampleT, charge, "account")
	fmt.Println(len(charged))
	// Output: 1
}
