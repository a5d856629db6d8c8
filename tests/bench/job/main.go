// Command job is the job that the benchmarks measure. It has two steps, and an item of
// plan has the number of items to generate.
package main

import (
	"context"
	"strings"

	"github.com/serverless-star/starjob/runtime/star"
)

// Item is a hundred bytes of JSON, give or take the digits of N.
type Item struct {
	N    int    `json:"n"`
	Text string `json:"text"`
}

var (
	Plan = star.NewStep[int]("plan")
	Work = star.NewStep[Item]("work")
)

func main() { star.Start(Plan.Handle(plan), Work.Handle(work)) }

var text = strings.Repeat("x", 78)

func plan(_ context.Context, n int, generate star.Generate) error {
	for i := range n {
		if err := generate(Work.With(Item{i, text})); err != nil {
			return err
		}
	}
	return nil
}

func work(context.Context, Item, star.Generate) error { return nil }
