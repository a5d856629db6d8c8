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

// Refusal is the error of generate: why an invocation was not accepted, or why
// another one that had been accepted could not be sent.
type Refusal struct {
	Step   string
	Reason error  // one of the above
	Detail string // what is wrong, and what would be allowed
	Err    error  // the cause, where there is one
}

// Error names the step, what is wrong, and what would be allowed.
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

func refuse(step string, reason error, format string, args ...any) error {
	return &Refusal{Step: step, Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// tooLate is the refusal of an invocation after the end of its item.
func tooLate(step string, cause error) error {
	return &Refusal{Step: step, Reason: ErrEnded, Err: cause, Detail: "too late: " + cause.Error()}
}

// notSent is the error of an invocation that was accepted, but that SQS did not
// accept, or not in time.
func notSent(step, queue string, err error) error {
	return &Refusal{Step: step, Reason: ErrNotSent, Err: err,
		Detail: fmt.Sprintf("the item could not be sent to %s: %v", queue, err)}
}
