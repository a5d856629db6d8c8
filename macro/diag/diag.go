// Package diag describes the problems of a template: each has a stable code with a
// title, a position, the problem itself and a fix. The package renders diagnostics
// in two ways: on one line each for CloudFormation's error message ([List.Text]),
// and with source lines for a terminal ([Render]). It does not find problems.
//
// Start reading at [Diagnostic]; all codes and titles are in code.go.
package diag

import (
	"errors"
	"slices"
	"strings"
)

// Severity is whether a template can be expanded despite a diagnostic.
type Severity uint8

const (
	// Error means that the template cannot be expanded.
	Error Severity = iota
	// Warning means that the expansion is valid but may not be what its author
	// expects. Only the command line shows warnings.
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Pos is a position in a source. Line and Column count from 1, columns in
// characters. The zero Pos is an unknown position. The fields are small because
// every node of a template has two positions.
type Pos struct{ Line, Column int32 }

// Range is a part of a source; End is exclusive. The zero Range is unknown: a
// fragment from CloudFormation has no source.
type Range struct{ Start, End Pos }

// IsZero reports whether the range is unknown.
func (r Range) IsZero() bool { return r.Start.Line == 0 }

// Diagnostic is one problem of a template.
type Diagnostic struct {
	// Code is stable and has a section in docs/diagnostics.md.
	Code     Code
	Severity Severity
	// Path is the value's path from the template's root, as in
	// Resources.Replay.Properties.Steps.plan. It is empty for the entire template.
	Path string
	// Range is the value's position in the source, if that is known.
	Range Range
	// Problem names the value and what is wrong with it, as in "MaxAttempts is 0
	// (allowed: 1 to 1000)". It follows the code's title and has no final period.
	Problem string
	// Fix is what to do, in the imperative, without a final period. It is empty if
	// the problem makes it obvious.
	Fix string
}

// String returns the diagnostic on one line: code, title, problem, path and fix.
func (d Diagnostic) String() string {
	var b strings.Builder
	b.WriteString(string(d.Code))
	if d.Severity == Warning {
		b.WriteString(" (warning)")
	}
	b.WriteString(" " + d.Code.Title() + ": " + d.Problem)
	if d.Path != "" {
		b.WriteString("; at " + d.Path)
	}
	if d.Fix != "" {
		b.WriteString("; fix: " + d.Fix)
	}
	return b.String()
}

// List holds all problems of a template. Functions that report problems return a
// usable value next to their List, so that later stages can find more.
type List []Diagnostic

// HasErrors reports whether the list has an error, not only warnings.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Errors returns the list without its warnings.
func (l List) Errors() List { return l.only(Error) }

// Warnings returns only the list's warnings.
func (l List) Warnings() List { return l.only(Warning) }

func (l List) only(s Severity) List {
	var kept List
	for _, d := range l {
		if d.Severity == s {
			kept = append(kept, d)
		}
	}
	return kept
}

// Err returns the list's errors as one error, or nil if it has none.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return errors.New(l.Errors().Text())
}

// Text renders the list for CloudFormation, which shows a single string: one
// diagnostic on each line.
func (l List) Text() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}
