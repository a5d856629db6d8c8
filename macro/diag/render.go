package diag

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Render writes the list for a terminal, in the order of the source. Each
// diagnostic starts with its position in the format of compilers, followed by the
// code, the title and the problem, the path, the source line with carets below it,
// and the fix. A count comes last. Diagnostics without a position follow the others
// and have no source line. Name is the name of the source in positions. Errors of w
// are ignored.
func Render(w io.Writer, name string, source []byte, list List, color bool) {
	r := renderer{name: name, lines: splitLines(source), color: color}
	for _, d := range inOrder(list) {
		r.diagnostic(d)
	}
	if len(list) > 0 {
		r.summary(list)
	}
	w.Write(r.out.Bytes())
}

// inOrder returns a copy sorted by position, with diagnostics without a position
// last.
func inOrder(list List) List {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b Diagnostic) int {
		if a.Range.IsZero() || b.Range.IsZero() {
			return btoi(a.Range.IsZero()) - btoi(b.Range.IsZero())
		}
		return cmp.Or(
			cmp.Compare(a.Range.Start.Line, b.Range.Start.Line),
			cmp.Compare(a.Range.Start.Column, b.Range.Start.Column))
	})
	return sorted
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// splitLines splits at the line ends on which YAML and editors agree.
func splitLines(source []byte) []string {
	text := strings.TrimPrefix(string(source), "\ufeff")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Split(strings.ReplaceAll(text, "\r", "\n"), "\n")
}

// renderer collects Render's output.
type renderer struct {
	out   bytes.Buffer
	name  string
	lines []string
	color bool
}

// Terminal styles, as parameters of the escape sequence for graphic rendition.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	dim    = "2"
)

func (r *renderer) paint(style, text string) string {
	if !r.color {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

func styleOf(s Severity) string {
	if s == Warning {
		return yellow
	}
	return red
}

func (r *renderer) diagnostic(d Diagnostic) {
	place := r.name
	if !d.Range.IsZero() {
		place = fmt.Sprintf("%s:%d:%d", r.name, d.Range.Start.Line, d.Range.Start.Column)
	}
	label := r.paint(styleOf(d.Severity), fmt.Sprintf("%s %s %s:", d.Severity, d.Code, d.Code.Title()))
	fmt.Fprintf(&r.out, "%s: %s %s\n", place, label, message(d.Problem))
	if d.Path != "" {
		fmt.Fprintf(&r.out, "  at %s\n", printable(d.Path))
	}
	r.excerpt(d)
	if d.Fix != "" {
		fmt.Fprintf(&r.out, "  %s %s\n", r.paint(bold, "fix:"), message(d.Fix))
	}
	r.out.WriteByte('\n')
}

// excerpt writes the first line of the diagnostic's range, with carets under the
// part that the range covers.
func (r *renderer) excerpt(d Diagnostic) {
	line := int(d.Range.Start.Line)
	if line < 1 || line > len(r.lines) {
		return
	}
	before, marked, after := cut(r.lines[line-1], d.Range)
	gutter := strconv.Itoa(line)
	blank := strings.Repeat(" ", len(gutter))
	carets := strings.Repeat("^", max(1, width(marked)))
	fmt.Fprintf(&r.out, "  %s%s%s%s\n", r.paint(dim, gutter+" | "), before, marked, after)
	fmt.Fprintf(&r.out, "  %s%s%s\n", r.paint(dim, blank+" | "), strings.Repeat(" ", width(before)), r.paint(styleOf(d.Severity), carets))
}

func (r *renderer) summary(list List) {
	errors, warnings := len(list.Errors()), len(list.Warnings())
	var counts []string
	if errors > 0 {
		counts = append(counts, count(errors, "error"))
	}
	if warnings > 0 {
		counts = append(counts, count(warnings, "warning"))
	}
	fmt.Fprintf(&r.out, "%s: %s\n", r.name, strings.Join(counts, ", "))
}

// count returns a number with its noun, in the singular or plural.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
