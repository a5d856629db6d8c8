package engine

import (
	"errors"
	"fmt"
)

// Reasons for which generate refuses an invocation.
var (
	ErrUnknownStep = errors.New("unknown step")
	ErrNotJSON     = errors.New("data cannot be encoded as JSON")
	ErrTooLarge    = errors.New("item too large")
	ErrTooDeep     = errors.New("chain too deep")
	ErrDelay       = errors.New("delay not possible")
	ErrGroup       = errors.New("group not possible")
	ErrEnded       = errors.New("generate came too late")
	ErrNotSent     = errors.New("item could not be sent")
)

// Refusal says why generate did not accept an invocation, or why what it had
// accepted could not be sent.
type Refusal struct {
	Step   string
	Reason error // one of the above
	Detail string
	Err    error // the cause, where there is one
}

// Error names the step, the reason and what would be allowed.
func (r *Refusal) Error() string {
	return fmt.Sprintf("generate %q: %s", r.Step, r.Detail)
}

// Unwrap returns the reason and the cause.
func (r *Refusal) Unwrap() []error {
	if r.Err == nil {
		return []error{r.Reason}
	}
	return []error{r.Reason, r.Err}
}

var (
	errEnded       = errors.New("the item's handler has ended already")
	errUnconfirmed = errors.New("SQS did not confirm it before the function's deadline")
	errDoomed      = errors.New("an earlier one of its item could not be sent")
	errExited      = errors.New("the handler ended its goroutine (runtime.Goexit) instead of returning")
	errDeadline    = errors.New("not finished before the function's deadline")
	errSkipped     = errors.New("not handled, because an earlier item of its group failed")
)

// notSent is the fate of an entry that SQS will not take, or not in time.
func notSent(step, queue string, err error) error {
	return &Refusal{Step: step, Reason: ErrNotSent, Err: err,
		Detail: fmt.Sprintf("the item could not be sent to %s: %v", queue, err)}
}
