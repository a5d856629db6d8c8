package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// row is a line of the table.
type row struct {
	what     string // is measured
	measured string
	beside   string // the peer or the limit, and its figure; may be empty
	ratio    string // of the two; may be empty
	goal     string
	reached  bool
}

func table(rows []row) string {
	lines := [][]string{{"What", "StarJob", "Beside it", "Ratio", "Goal", ""}}
	for _, r := range rows {
		mark := "reached"
		switch {
		case r.goal == "":
			mark = ""
		case !r.reached:
			mark = "**not reached**"
		}
		lines = append(lines, []string{r.what, r.measured, r.beside, r.ratio, r.goal, mark})
	}
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for i, line := range lines {
		writeLine(&b, line, widths, " ")
		if i == 0 {
			writeLine(&b, make([]string, len(widths)), widths, "-")
		}
	}
	return b.String()
}

func writeLine(b *strings.Builder, cells []string, widths []int, fill string) {
	for i, cell := range cells {
		fmt.Fprintf(b, "|%s%s%s%s", fill, cell, strings.Repeat(fill, widths[i]-len([]rune(cell))), fill)
	}
	b.WriteString("|\n")
}

// median returns the middle value.
func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// medianOf returns the median of a property.
func medianOf[E any, T cmp.Ordered](all []E, property func(E) T) T {
	values := make([]T, len(all))
	for i, e := range all {
		values[i] = property(e)
	}
	return median(values)
}

func times(ratio float64) string { return fmt.Sprintf("%.2f", ratio) }

// perSecond writes a rate with separators, such as 123,000/s, rounded to three
// digits: more are noise.
func perSecond(rate float64) string {
	unit := 1
	for rate/float64(unit) >= 1000 {
		unit *= 10
	}
	return grouped(int(rate/float64(unit)+0.5)*unit) + "/s"
}

func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
