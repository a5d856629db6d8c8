package engine

import (
	"fmt"
	"time"
)

// Drop is a handler's wish to give up on its item. Err is never nil.
type Drop struct{ Err error }

// Error gives the cause's text.
func (d *Drop) Error() string { return d.Err.Error() }

// Unwrap returns the cause.
func (d *Drop) Unwrap() error { return d.Err }

// RetryAfter is a handler's wish to get its item again after a while. Err is never
// nil.
type RetryAfter struct {
	After time.Duration
	Err   error
}

// Error gives the cause's text.
func (r *RetryAfter) Error() string { return r.Err.Error() }

// Unwrap returns the cause.
func (r *RetryAfter) Unwrap() error { return r.Err }

// Unfinished is the failure of an item whose handler was ended by something that
// need not be the item's own doing, such as another one that ended the process of
// both. IgnoreErrors does not cover it.
type Unfinished struct{ Err error }

// Error gives the cause's text.
func (u *Unfinished) Error() string { return u.Err.Error() }

// Unwrap returns the cause.
func (u *Unfinished) Unwrap() error { return u.Err }

// Panic is the failure of an item whose handler panicked.
type Panic struct {
	Value any
	Stack []byte
}

// Error gives the panic's value.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Unwrap returns the panic's value where it is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
