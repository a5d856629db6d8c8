package display

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestTablesFit: a table is split only if the terminal is too narrow for it, and
// then no line is wider than the terminal.
func TestTablesFit(t *testing.T) {
	t.Parallel()
	steps := []Step{{Name: "extract", Received: 1, P50: 0.5}, {Name: "transform", Received: 7321, Generated: 732, P50: 12_345, Retries: 3}}
	for width, tables := range map[int]int{0: 1, 200: 1, 106: 1, 105: 2, 80: 2, 40: 4} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			if err := (&results{out: &b, width: width}).write(steps, nil); err != nil {
				t.Fatal(err)
			}
			got := b.String()
			if n := strings.Count(got, " step "); n != tables {
				t.Errorf("%d tables, want %d:\n%s", n, tables, got)
			}
			for _, word := range []string{" received", " generated", " p50", " cold starts", " 7321", " 500 µs", " 12.3 s"} {
				if strings.Count(got, word) != 1 {
					t.Errorf("%q is not there once:\n%s", word, got)
				}
			}
			for line := range strings.Lines(got) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, " \n")); width > 0 && n > width {
					t.Errorf("%d columns: %s", n, line)
				}
			}
		})
	}
}

func TestDeadLettersWithManyErrorsAreCutShort(t *testing.T) {
	t.Parallel()
	groups := make([]DeadLetters, maxGroups+2)
	for i := range groups {
		groups[i] = DeadLetters{Step: "work", Error: "e", Count: 3, Body: "{}"}
	}
	var b strings.Builder
	writeDeadLetters(&b, groups)
	if got := b.String(); strings.Count(got, "3 dead letters of step work") != maxGroups || !strings.Contains(got, "and 6 dead letters with other errors") {
		t.Errorf("got %s", got)
	}
}
