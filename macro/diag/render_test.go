package diag

import (
	"bytes"
	"strings"
	"testing"
)

// at returns a range on one line.
func at(line, from, to int32) Range { return Range{Pos{line, from}, Pos{line, to}} }

func render(source string, color bool, list ...Diagnostic) string {
	var b bytes.Buffer
	Render(&b, "t.yaml", []byte(source), list, color)
	return b.String()
}

func TestRenderShowsLinesAndCarets(t *testing.T) {
	t.Parallel()
	got := render("A: 1\nSteps: {}\n", false,
		Diagnostic{Code: "STAR099", Problem: "it is\ntoo large", Fix: "make it smaller"},
		Diagnostic{Code: "STAR012", Path: "Steps", Range: at(2, 8, 10), Problem: "Steps is empty", Fix: "name a step"},
		Diagnostic{Code: "STAR022", Severity: Warning, Range: at(1, 4, 5), Problem: "A is 1"},
	)
	want := `t.yaml:1:4: warning STAR022 one role for all functions: A is 1
  1 | A: 1
    |    ^

t.yaml:2:8: error STAR012 missing required value: Steps is empty
  at Steps
  2 | Steps: {}
    |        ^^
  fix: name a step

t.yaml: error STAR099 internal error: it is
  too large
  fix: make it smaller

t.yaml: 2 errors, 1 warning
`
	if got != want {
		t.Errorf("Render:\n%s\nwant\n%s", got, want)
	}
}

func TestRenderNothing(t *testing.T) {
	t.Parallel()
	if got := render("A: 1", false); got != "" {
		t.Errorf("Render of nothing writes %q", got)
	}
}

func TestRenderColors(t *testing.T) {
	t.Parallel()
	d := Diagnostic{Code: "STAR012", Range: at(1, 1, 2), Problem: "p", Fix: "f"}
	colored, plain := render("A: 1", true, d), render("A: 1", false, d)
	if !strings.Contains(colored, "\x1b[1;31merror STAR012 missing required value:\x1b[0m p\n") || !strings.Contains(colored, "\x1b[1;31m^\x1b[0m") {
		t.Errorf("no red in %q", colored)
	}
	d.Severity = Warning
	if warning := render("A: 1", true, d); !strings.Contains(warning, "\x1b[1;33mwarning STAR012 missing required value:\x1b[0m") {
		t.Errorf("no yellow in %q", warning)
	}
	for _, style := range []string{bold, red, dim, "0"} {
		colored = strings.ReplaceAll(colored, "\x1b["+style+"m", "")
	}
	if colored != plain {
		t.Errorf("without colors it is\n%s, want\n%s", colored, plain)
	}
}

// TestExcerptsMarkTheRange checks the source line and the carets below it.
func TestExcerptsMarkTheRange(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 100) + "X" + strings.Repeat("b", 100)
	tests := []struct {
		name, source string
		place        Range
		line, carets string
	}{
		{"tabs", "\tA:\tb", at(1, 5, 6), "    A:    b", "          ^"},
		{"wide characters", "日本: é😀x", at(1, 7, 8), "日本: é😀x", "         ^"},
		{"under wide characters", "日本: x", at(1, 1, 3), "日本: x", "^^^^"},
		{"combining characters", "e\u0301: x", at(1, 5, 6), "e\u0301: x", "   ^"},
		{"line ends", "A: 1\r\nB: 2\r\n", at(2, 4, 5), "B: 2", "   ^"},
		{"old line ends", "A: 1\rB: 2\r", at(2, 4, 5), "B: 2", "   ^"},
		{"a byte order mark", "\ufeffA: 1", at(1, 4, 5), "A: 1", "   ^"},
		{"several lines", "A: [1,  \n 2]", Range{Pos{1, 4}, Pos{2, 4}}, "A: [1,  ", "   ^^^"},
		{"nothing", "A:", at(1, 3, 3), "A:", "  ^"},
		{"the end", "A:", at(1, 90, 91), "A:", "  ^"},
		{"backwards", "A: 1", at(1, 4, 2), "A: 1", "   ^"},
		{"control characters", "A\x1b[0m: 1", at(1, 8, 9), "A�[0m: 1", "       ^"},
		{"a long line", long, at(1, 101, 102), "…" + long[40:161-1] + "…", strings.Repeat(" ", 61) + "^"},
		{"a long range", long, at(1, 1, 201), long[:60] + "…", strings.Repeat("^", 60)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			lines := strings.Split(render(test.source, false, Diagnostic{Code: "STAR012", Range: test.place, Problem: "p"}), "\n")
			line, carets := lines[1][len("  1 | "):], lines[2][len("    | "):]
			if line != test.line || carets != test.carets {
				t.Errorf("got\n%s|\n%s|, want\n%s|\n%s|", line, carets, test.line, test.carets)
			}
		})
	}
}

// TestRenderAcceptsPositionsOutsideTheSource renders positions that are not in the
// source.
func TestRenderAcceptsPositionsOutsideTheSource(t *testing.T) {
	t.Parallel()
	for _, place := range []Range{at(9, 1, 2), at(-1, 1, 2), {Start: Pos{1, 0}}} {
		if got := render("A: 1", false, Diagnostic{Code: "STAR012", Range: place, Problem: "p"}); !strings.Contains(got, "error STAR012 missing required value: p\n") {
			t.Errorf("at %v: %q", place, got)
		}
	}
}

// TestRenderReplacesControlCharacters: a template must not be able to send control
// sequences to the terminal.
func TestRenderReplacesControlCharacters(t *testing.T) {
	t.Parallel()
	got := render("A: \x1b[2J", false, Diagnostic{Code: "STAR012", Path: "\x1b[2J", Range: at(1, 1, 2), Problem: "\x1b[2J", Fix: "\x1b[2J"})
	if strings.Contains(got, "\x1b") {
		t.Errorf("an escape sequence is in %q", got)
	}
}
