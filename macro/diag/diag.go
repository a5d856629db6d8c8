// Package diag describes what is wrong with a template: a stable code, the
// place, the problem and how to fix it, and two renderings of that, one for
// CloudFormation's single error message and one with source lines for a
// terminal.
package diag

import (
	"errors"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/internal/suggest"
)

// Severity tells whether a template can be expanded in spite of a diagnostic.
type Severity uint8

const (
	// Error means that nothing can be expanded.
	Error Severity = iota
	// Warning means that the expansion is valid but may not be what was meant.
	// Warnings are shown by the command line alone.
	Warning
)

// String is "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Pos is a place in a source text. Line and Column count from 1, columns in
// characters; the zero Pos is an unknown place. Every node of a template has two,
// hence their size.
type Pos struct{ Line, Column int32 }

// Range is a stretch of source text; End is exclusive. The zero Range is
// unknown: a fragment that CloudFormation sends has no source text.
type Range struct{ Start, End Pos }

// IsZero tells whether the range is unknown.
func (r Range) IsZero() bool { return r.Start.Line == 0 }

// Diagnostic is one problem of a template.
type Diagnostic struct {
	// Code is stable and has a heading of its own in docs/diagnostics.md.
	Code     Code
	Severity Severity
	// Path leads to the faulty value from the template's root, as in
	// Resources.Replay.Properties.Steps.plan. Empty for the whole template.
	Path string
	// Range is the value's place in the source, where that is known.
	Range Range
	// Problem says what is wrong, with the value; no final full stop.
	Problem string
	// Fix says what to do about it; no final full stop. It may be empty where
	// the problem says it.
	Fix string
}

// String is the diagnostic on one line: code, path, problem and fix.
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

// List is all that was found in a template. Functions that report problems
// return a usable value beside their List, so that later stages can find more.
type List []Diagnostic

// HasErrors tells whether the list holds more than warnings.
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

// Text renders the list for CloudFormation, which shows one string and no
// source.
func (l List) Text() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}

// Suggest returns the candidate that word was probably meant to be, or "" if none
// is close; see [suggest.Closest].
func Suggest(word string, candidates []string) string {
	return suggest.Closest(word, candidates)
}
