// Package lambda serves Lambda over HTTP: Invoke and ListFunctions of its API, and
// function URLs. It refuses requests as Lambda does. It does not
// listen, and does not know queues. [API] is where to start reading. Its tests are
// in package local, because they run entire stacks.
// https://docs.aws.amazon.com/lambda/latest/api/welcome.html
package lambda

import (
	"context"
	"sync"

	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/plan"
)

// An API serves requests for the functions of a stack. All its methods may be
// called concurrently.
type API struct {
	region    string
	plan      *plan.Plan
	functions map[string]*function.Function // that run, by their names
	activity  *function.Activity
	working   context.Context // ends work in progress

	mu         sync.Mutex
	closed     bool
	background sync.WaitGroup // invocations that nobody waits for
}

// New returns an API for functions that run, out of those of a plan. Activity
// counts its invocations, which end with working.
func New(working context.Context, region string, pl *plan.Plan, functions []*function.Function, activity *function.Activity) *API {
	a := &API{region: region, plan: pl, functions: map[string]*function.Function{}, activity: activity, working: working}
	for _, f := range functions {
		a.functions[f.Plan.Name] = f
	}
	return a
}

// Close refuses further asynchronous invocations, and waits for those in progress,
// which must have been canceled.
func (a *API) Close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.background.Wait()
}

// inBackground runs an invocation that nobody waits for, until the API is closed.
func (a *API) inBackground(invoke func(context.Context)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	done := a.activity.Begin()
	a.background.Go(func() {
		defer done()
		invoke(a.working)
	})
}
