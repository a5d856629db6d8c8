// Package diag describes what is wrong with a template: a stable code, the
// position, the problem and its fix. It renders diagnostics in two ways: on one
// line each for CloudFormation's error message ([List.Text]), and with source
// lines for a terminal ([Render]). It finds no problems itself.
//
// Start reading at [Diagnostic]; all codes are in code.go.
package diag

import (
	"errors"
	"slices"
	"strings"
)

// Severity says whether a template can be expanded in spite of a diagnostic.
type Severity uint8

const (
	// Error means that the template cannot be expanded.
	Error Severity = iota
	// Warning means that the expansion is valid but may not be what was meant.
	// Only the command line shows warnings.
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
// characters; the zero Pos is an unknown position. The fields are small because
// every node of a template has two of them.
type Pos struct{ Line, Column int32 }

// Range is a stretch of a source; End is exclusive. The zero Range is unknown: a
// fragment that CloudFormation sends has no source.
type Range struct{ Start, End Pos }

// IsZero reports whether the range is unknown.
func (r Range) IsZero() bool { return r.Start.Line == 0 }

// Diagnostic is one problem of a template.
type Diagnostic struct {
	// Code is stable and has a heading of its own in docs/diagnostics.md.
	Code     Code
	Severity Severity
	// Path names the faulty value from the template's root, as in
	// Resources.Replay.Properties.Steps.plan. Empty for the whole template.
	Path string
	// Range is the value's position in the source, if that is known.
	Range Range
	// Problem says what is wrong, with the value; without a final period.
	Problem string
	// Fix says what to do about it; without a final period. It may be empty if
	// the problem says so already.
	Fix string
}

// String returns the diagnostic on one line: code, path, problem and fix.
func (d Diagnostic) String() string {
	var b strings.Builder
	b.WriteString(string(d.Code))
	if d.Severity == Warning {
		b.WriteString(" (warning)")
	}
	if d.Path != "" {
		b.WriteString(" at " + d.Path)
	}
	b.WriteString(": " + d.Problem)
	if d.Fix != "" {
		b.WriteString("; " + d.Fix)
	}
	return b.String()
}

// List holds all problems of a template. Functions that report problems return a
// usable value in addition to their List, so that later stages can find more.
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
