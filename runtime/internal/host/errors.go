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
	Hint    string  `json:"hint"`   // how to fix it
	Action  string  `json:"action"` // ActionDrop, ActionRetryAfter or empty
	After   float64 `json:"after"`  // seconds, for ActionRetryAfter
}

// Actions that a handler can request for its item. Without one, the item is retried or
// dead-lettered as usual.
const (
	ActionDrop       = "drop"
	ActionRetryAfter = "retryAfter"
)

// hostErrorName is the type of the error when a process has ended.
const hostErrorName = "HostError"

// Error returns the message and, on another line, the hint.
func (e *Error) Error() string {
	text := cmp.Or(e.Message, e.Name, "an error without a message")
	if e.Hint != "" {
		text += "\n" + e.Hint
	}
	return text
}

// ErrorType returns the name of the error's type in the handler's language.
func (e *Error) ErrorType() string { return e.Name }

// Stack returns the stack trace in the handler's language, or "" if there is none.
func (e *Error) Stack() string { return e.Trace }

// ProcessExit is the error of an item whose process has exited, or could not start.
// Another item may have caused that, because the process handled several at once.
type ProcessExit struct{ Err *Error }

// Error returns the message of Err.
func (e *ProcessExit) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *ProcessExit) Unwrap() error { return e.Err }

// TooLarge is the refusal of an item that exceeds the maximum frame size, so that its
// data is not kept and Generate is not called.
type TooLarge struct {
	Step  string
	Bytes int
}

// Error returns the step and the size.
func (e *TooLarge) Error() string {
	return fmt.Sprintf("generate %q: item too large: %d bytes", e.Step, e.Bytes)
}
