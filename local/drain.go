package local

import (
	"context"
	"fmt"

	"github.com/serverless-star/starjob/local/sandbox"
)

// Invoke invokes a function by its logical ID and returns its answer. A failure
// of the function's is a [*FunctionError]. Where the context has ended, the error
// is its cause.
func (s *Stack) Invoke(ctx context.Context, id string, event []byte) ([]byte, error) {
	f := s.functions[id]
	if f == nil {
		return nil, fmt.Errorf("the function %s does not run here", id)
	}
	defer s.track()()
	answer, err := f.invoke(ctx, sandbox.Invocation{Payload: event})
	return answer, endOf(ctx, err)
}

// endOf is the context's cause where that has ended: what fails then, as [Stack.Kill]
// makes it fail, says nothing else.
func endOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// Drain waits until the work is done: no queue that an enabled mapping reads
// holds a message, visible, in flight or delayed, and no invocation runs. It
// returns early with the error of a function that cannot be started
// ([*StartError]), or with the context's cause.
func (s *Stack) Drain(ctx context.Context) error {
	changes := s.service.Watch()
	defer changes.Stop()
	for {
		if s.drained() {
			return nil
		}
		select {
		case <-s.settled:
		case <-changes.C:
		case err := <-s.fatal:
			return endOf(ctx, err)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Stay waits for a function that cannot be started, and returns its
// [*StartError], or for the context's end, and returns its cause.
func (s *Stack) Stay(ctx context.Context) error {
	select {
	case err := <-s.fatal:
		return endOf(ctx, err)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// drained looks at running work first: a piece that starts afterwards holds its
// messages in flight, and one that ends before has sent what it generated, so
// the queues, which are looked at together, show it either way.
func (s *Stack) drained() bool {
	if s.busy.Load() > 0 {
		return false
	}
	queues := s.service.Snapshot()
	for _, p := range s.pollers {
		if q := queues[p.queue.Name()]; q.Visible+q.InFlight+q.Delayed > 0 {
			return false
		}
	}
	return true
}
