package function

import "sync/atomic"

// Activity is what goes on in a stack: it counts the invocations and batches in
// work, and knows the first failure that ends the run. All its methods may be
// called concurrently.
type Activity struct {
	inWork  atomic.Int64
	settled chan struct{}
	failed  chan error
}

// NewActivity returns an activity without work in progress.
func NewActivity() *Activity {
	return &Activity{settled: make(chan struct{}, 1), failed: make(chan error, 1)}
}

// Begin counts a piece of work until the function that it returns is called.
func (a *Activity) Begin() (done func()) {
	a.inWork.Add(1)
	return func() {
		a.inWork.Add(-1)
		select {
		case a.settled <- struct{}{}:
		default:
		}
	}
}

// Busy reports whether work is in progress.
func (a *Activity) Busy() bool { return a.inWork.Load() > 0 }

// Settled receives a value when a piece of work has ended since the last one.
func (a *Activity) Settled() <-chan struct{} { return a.settled }

// Fail ends the run. Only the first failure counts.
func (a *Activity) Fail(err error) {
	select {
	case a.failed <- err:
	default:
	}
}

// Failed receives the failure that ends the run.
func (a *Activity) Failed() <-chan error { return a.failed }
