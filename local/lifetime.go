package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/serverless-star/starjob/local/sandbox"
)

// Ready starts a process of every function and returns when all of them ask for
// an event; they will work on the first. That shows every function that cannot
// start before anything is sent: each is a [*StartError], joined with the others.
// Once a function was ready, a process that ends at its start fails its invocation
// and nothing else.
func (s *Stack) Ready(ctx context.Context) error {
	ids := slices.Sorted(maps.Keys(s.functions))
	failures := make([]error, len(ids))
	// A process that starts keeps a processor busy: more at a time would only make
	// each take longer, up to its limit.
	slots := make(chan struct{}, 2*runtime.GOMAXPROCS(0))
	var starting sync.WaitGroup
	for i, id := range ids {
		slots <- struct{}{}
		starting.Go(func() {
			failures[i] = s.functions[id].Ready(ctx)
			<-slots
		})
	}
	starting.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return errors.Join(failures...)
}

// Invoke invokes a function by its logical ID and returns its answer. A failure of
// the function is a [*FunctionError]. If the context has ended, the error is its
// cause.
func (s *Stack) Invoke(ctx context.Context, id string, event []byte) ([]byte, error) {
	f := s.functions[id]
	if f == nil {
		return nil, fmt.Errorf("function %s is not running locally", id)
	}
	defer s.activity.Begin()()
	answer, err := f.Invoke(ctx, sandbox.Invocation{Payload: event})
	return answer, causeOr(ctx, err)
}

// causeOr returns the context's cause instead of an error if the context has ended:
// after [Stack.Kill], errors have no other reason.
func causeOr(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// Drain waits until the work is done: no queue that an enabled event source mapping
// reads from holds a message, visible, in flight or delayed, and no invocation runs.
// It returns early with the error of a function that cannot be started
// ([*StartError]), or with the context's cause.
func (s *Stack) Drain(ctx context.Context) error {
	changes := s.service.Watch()
	defer changes.Stop()
	for {
		if s.drained() {
			return nil
		}
		select {
		case <-s.activity.Settled():
		case <-changes.C:
		case err := <-s.activity.Failed():
			return causeOr(ctx, err)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Stay waits for a function that cannot be started, and returns its
// [*StartError], or for the end of the context, and returns its cause.
func (s *Stack) Stay(ctx context.Context) error {
	select {
	case err := <-s.activity.Failed():
		return causeOr(ctx, err)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// drained looks at running work before the queues. Work that starts in between
// holds its messages in flight, and work that ends before has sent what it
// generated, so the queues, which are looked at together, show it either way.
func (s *Stack) drained() bool {
	if s.activity.Busy() {
		return false
	}
	queues := s.service.Snapshot()
	for _, p := range s.pollers {
		if q := queues[p.Plan().Queue.Name]; q.Visible+q.InFlight+q.Delayed > 0 {
			return false
		}
	}
	return true
}
