// Command loadgen sends HTTP requests at a steady rate. plan keeps the time and
// generates one item for each request; execute makes one request.
package main

import (
	"context"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
)

// The steps, each with the type of its items.
var (
	Plan    = star.NewStep[load]("plan")
	Execute = star.NewStep[request]("execute")
)

func main() { star.Start(Plan.Handle(plan), Execute.Handle(execute)) }

// tick is the interval at which plan generates requests.
const tick = 10 * time.Millisecond

// plan generates an item for each request when it is due. The run may be much longer
// than the function's timeout: after half of its time, plan generates an item for
// itself, which continues the run. All plans of a run compute from the same start, so a
// plan catches up if the one before it was late.
func plan(ctx context.Context, l load, generate star.Generate) error {
	if err := l.check(); err != nil {
		return star.Drop(err)
	}
	if l.Start.IsZero() {
		l.Start = time.Now()
	}
	half, cancel := halfTime(ctx)
	defer cancel()
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for l.Sent < l.total() {
		if half.Err() != nil {
			return generate(Plan.With(l))
		}
		if l.Sent < l.due(time.Since(l.Start)) {
			l.Sent++
			if err := generate(Execute.With(request{l.URL, l.Sent})); err != nil {
				return err
			}
			continue
		}
		select {
		case <-clock.C:
		case <-half.Done():
		}
	}
	return nil
}

// halfTime returns a context that ends after half of the remaining time of ctx. The
// other half is reserved for a slow queue.
func halfTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}
