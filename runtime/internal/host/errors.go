package host

import (
	"cmp"
	"fmt"
)

// Error is a handler's error in its own language, or the end of its process.
type Error struct {
	Name    string  `json:"name"` // of its type, such as TypeError
	Message string  `json:"message"`
	Trace   string  `json:"stack"`
	Hint    string  `json:"hint"`   // what could help
	Action  string  `json:"action"` // ActionDrop, ActionRetryAfter or none
	After   float64 `json:"after"`  // seconds, for ActionRetryAfter
}

// What a handler can wish for its item besides the usual.
const (
	ActionDrop       = "drop"
	ActionRetryAfter = "retryAfter"
)

// hostErrorName is the type of the error when a process has ended.
const hostErrorName = "HostError"

// Error gives the message, and the hint where there is one.
func (e *Error) Error() string {
	text := cmp.Or(e.Message, e.Name, "an error without text")
	if e.Hint != "" {
		text += "\n" + e.Hint
	}
	return text
}

// ErrorType is the name of the error's type in the handler's language.
func (e *Error) ErrorType() string { return e.Name }

// Stack is the stack trace in the handler's language; empty where there is none.
func (e *Error) Stack() string { return e.Trace }

// Death is the end of the process that worked on an item, which need not be the
// item's doing: the process worked on others too.
type Death struct{ Err *Error }

// Error gives the text of the error.
func (d *Death) Error() string { return d.Err.Error() }

// Unwrap returns the error.
func (d *Death) Unwrap() error { return d.Err }

// TooLarge is the refusal of an item that is so large that Generate never sees
// it.
type TooLarge struct {
	Step  string
	Bytes int
}

// Error names the step and the size.
func (e *TooLarge) Error() string {
	return fmt.Sprintf("generate %q: the item has %d bytes", e.Step, e.Bytes)
}
