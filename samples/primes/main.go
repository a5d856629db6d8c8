// Command primes counts prime numbers with many functions at once.
package main

import (
	"context"
	"log/slog"
	"math/big"

	"github.com/serverless-star/starjob/runtime/star"
)

// Window is the half-open range of numbers [From, To).
type Window struct{ From, To int64 }

var (
	Plan   = star.NewStep[int64]("plan")
	Search = star.NewStep[Window]("search")
)

func main() { star.Start(Plan.Handle(plan), Search.Handle(search)) }

// plan cuts the numbers below limit into windows.
func plan(ctx context.Context, limit int64, generate star.Generate) error {
	for from := int64(0); from < limit; from += 1000 {
		if err := generate(Search.With(Window{from, min(from+1000, limit)})); err != nil {
			return err
		}
	}
	return nil
}

// search counts the primes in one window.
func search(ctx context.Context, w Window, generate star.Generate) error {
	primes := 0
	for n := w.From; n < w.To; n++ {
		if big.NewInt(n).ProbablyPrime(0) { // exact below 2^64
			primes++
		}
	}
	slog.InfoContext(ctx, "searched", "from", w.From, "to", w.To, "primes", primes)
	return nil
}
