package engine

import (
	"errors"
	"fmt"
	"time"
)

// Errors of items that failed without an error from their handlers.
var (
	errEnded    = errors.New("the item's handler has already returned")
	errExited   = errors.New("the handler called runtime.Goexit instead of returning")
	errDeadline = errors.New("not finished before the function's deadline")
	errSkipped  = errors.New("not handled because an earlier item of its FIFO group failed")
)

// Drop is the error of a handler that drops its item. Err is never nil.
type Drop struct{ Err error }

// Error returns the cause's message.
func (d *Drop) Error() string { return d.Err.Error() }

// Unwrap returns the cause.
func (d *Drop) Unwrap() error { return d.Err }

// RetryAfter is the error of a handler that requests a retry after a certain delay.
// Err is never nil.
type RetryAfter struct {
	After time.Duration // limited to 0 to about 12 hours
	Err   error
}

// Error returns the cause's message.
func (r *RetryAfter) Error() string { return r.Err.Error() }

// Unwrap returns the cause.
func (r *RetryAfter) Unwrap() error { return r.Err }

// Unfinished is the error of an item whose handler was interrupted, possibly without
// any fault of the item: another item may have ended the process of both.
// IgnoreErrors does not cover it.
type Unfinished struct{ Err error }

// Error returns the cause's message.
func (u *Unfinished) Error() string { return u.Err.Error() }

// Unwrap returns the cause.
func (u *Unfinished) Unwrap() error { return u.Err }

// Panic is the error of an item whose handler panicked.
type Panic struct {
	Value any
	Stack []byte
}

// Error returns the panic's value.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Unwrap returns the panic's value where it is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// typed is an error that knows the name of its type in the handler's language.
type typed interface{ ErrorType() string }

// typeOf returns the name of an error's type: in the handler's language if the error
// knows it, and otherwise in Go. It looks through the types of this file.
func typeOf(err error) string {
	for {
		switch e := err.(type) {
		case *Drop:
			err = e.Err
		case *RetryAfter:
			err = e.Err
		case *Unfinished:
			err = e.Err
		case *Panic:
			return "panic"
		default:
			var t typed
			if errors.As(err, &t) && t.ErrorType() != "" {
				return t.ErrorType()
			}
			return fmt.Sprintf("%T", err)
		}
	}
}

// traced is an error with a stack trace in the handler's language.
type traced interface{ Stack() string }

// stackOf returns the stack trace of an error, or "" if it has none.
func stackOf(err error) string {
	var p *Panic
	var t traced
	switch {
	case errors.As(err, &p):
		return string(p.Stack)
	case errors.As(err, &t):
		return t.Stack()
	}
	return ""
}
