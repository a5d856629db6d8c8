package display

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Count returns a number and its noun, such as "1 item" and "2 items".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// wholeUnits shows a duration in whole seconds up to two minutes, then in minutes
// and hours.
func wholeUnits(d time.Duration) string {
	seconds := math.Ceil(d.Seconds())
	switch {
	case seconds < 120:
		return fmt.Sprintf("%.0f s", seconds)
	case seconds < 7200:
		return fmt.Sprintf("%.0f min", seconds/60)
	}
	return fmt.Sprintf("%.0f h", seconds/3600)
}

// milliseconds shows a duration in milliseconds with about three digits.
func milliseconds(ms float64) string {
	switch {
	case ms == 0:
		return "-"
	case ms < 1:
		return fmt.Sprintf("%.0f µs", ms*1000)
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 10_000:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}

// Clip shortens a body or an error to 500 bytes, which fit on a screen.
func Clip(s string) string {
	const maxBytes = 500
	if len(s) > maxBytes {
		return strings.ToValidUTF8(s[:maxBytes], "") + "…"
	}
	return s
}

// indent indents all lines of a string but the first.
func indent(s string) string { return strings.ReplaceAll(s, "\n", "\n  ") }
