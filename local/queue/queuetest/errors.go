package queuetest

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
)

// must returns a function that ends the case if there is an error.
func must[T any](out T, err error) func(probe) T {
	return func(p probe) T {
		p.Helper()
		if err != nil {
			p.Fatal(err)
		}
		return out
	}
}

// fails is the error of a call.
func fails[T any](_ T, err error) error { return err }

// refused fails unless the error is of the SDK's type E.
func refused[E error](p probe, err error) {
	p.Helper()
	var want E
	if !errors.As(err, &want) {
		p.Errorf("the error is %v, want a %T", err, want)
	}
}

// code fails unless the error has one of the codes, whatever the namespace that
// some servers put before it.
func (p probe) code(err error, codes ...string) {
	p.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) {
		p.Errorf("the error is %v, want %q", err, codes)
		return
	}
	if got := e.ErrorCode(); slices.Contains(codes, got[strings.LastIndexByte(got, '#')+1:]) {
		return
	}
	p.Errorf("the error is %v, want %q", err, codes)
}

const badParameter = "InvalidParameterValue"
