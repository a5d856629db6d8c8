package engine

import (
	"errors"
	"fmt"
)

// Reasons why generate refuses an invocation.
var (
	ErrUnknownStep = errors.New("unknown step")
	ErrNotJSON     = errors.New("data cannot be encoded as JSON")
	ErrTooLarge    = errors.New("item too large")
	ErrTooDeep     = errors.New("chain too deep")
	ErrDelay       = errors.New("invalid delay")
	ErrGroup       = errors.New("invalid group")
	ErrEnded       = errors.New("generate called too late")
	ErrNotSent     = errors.New("item not sent")
)

// Refusal is the error of generate. It says why an invocation was not accepted, or
// why an earlier one, which had been accepted, was not sent.
type Refusal struct {
	Step   string
	Reason error  // one of the above
	Detail string // the rule, the value, what is allowed, and how to fix it
	Err    error  // the cause, where there is one
}

// Error returns the step, the rule with the value that breaks it, what is allowed,
// and how to fix it.
func (r *Refusal) Error() string {
	if errors.Is(r.Reason, ErrUnknownStep) {
		return fmt.Sprintf("unknown step %q: %s", r.Step, r.Detail)
	}
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

// tooLate returns the refusal of an invocation after the end of its item.
func tooLate(step string, cause error) error {
	return &Refusal{Step: step, Reason: ErrEnded, Err: cause, Detail: "called too late: " + cause.Error()}
}

// notSent returns the error of an invocation that generate accepted, but that SQS
// did not accept, or did not accept in time.
func notSent(step, queue string, err error) error {
	return &Refusal{Step: step, Reason: ErrNotSent, Err: err,
		Detail: fmt.Sprintf("item not sent to %s: %v", queue, err)}
}
