package engine

import (
	"errors"
	"fmt"
	"time"
)

// Why an item failed that no handler has finished.
var (
	errEnded    = errors.New("the item's handler has ended already")
	errExited   = errors.New("the handler ended its goroutine (runtime.Goexit) instead of returning")
	errDeadline = errors.New("not finished before the function's deadline")
	errSkipped  = errors.New("not handled, because an earlier item of its group failed")
)

// Drop is the error of a handler that gives up on its item. Err is never nil.
type Drop struct{ Err error }

// Error returns the cause's message.
func (d *Drop) Error() string { return d.Err.Error() }

// Unwrap returns the cause.
func (d *Drop) Unwrap() error { return d.Err }

// RetryAfter is the error of a handler that wants its item to be retried after a
// certain time. Err is never nil.
type RetryAfter struct {
	After time.Duration // cut to 0 to about 12 hours
	Err   error
}

// Error returns the cause's message.
func (r *RetryAfter) Error() string { return r.Err.Error() }

// Unwrap returns the cause.
func (r *RetryAfter) Unwrap() error { return r.Err }

// Unfinished is the error of an item whose handler was ended by something that
// need not be the item's fault, such as another item that ended the process of
// both. IgnoreErrors does not cover it.
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

// typed is an error that knows the name of its type in the language that it comes
// from.
type typed interface{ ErrorType() string }

// typeOf names an error's type, in Go if the error does not know better, looking
// through the types of this file.
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

// traced is an error with a stack trace of the language that it comes from.
type traced interface{ Stack() string }

// stackOf returns the stack trace of an error; empty if it has none.
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
