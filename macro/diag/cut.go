package diag

import (
	"slices"
	"strings"
	"unicode"
)

const (
	// tab replaces a tab.
	tab = "    "
	// shownBefore and shownAfter are the numbers of characters that are shown before
	// and after the beginning of a range. Lines can be very long: a template can be a
	// megabyte on one line.
	shownBefore, shownAfter = 60, 60
)

// cut splits a line into the parts before, in and after the range, all printable,
// and clips both ends.
func cut(line string, r Range) (before, marked, after string) {
	chars := []rune(line)
	start := min(max(int(r.Start.Column)-1, 0), len(chars))
	end := len(strings.TrimRightFunc(line, unicode.IsSpace))
	end = len([]rune(line[:end]))
	if r.End.Line == r.Start.Line {
		end = int(r.End.Column) - 1
	}
	end = min(max(end, start), len(chars))
	from, to := max(0, start-shownBefore), min(len(chars), start+shownAfter)
	end = min(end, to)
	before, after = printable(string(chars[from:start])), printable(string(chars[end:to]))
	if from > 0 {
		before = "…" + before
	}
	if to < len(chars) {
		after += "…"
	}
	return before, printable(string(chars[start:end])), after
}

// printable replaces control characters: a template must not be able to send
// control sequences to the terminal.
func printable(text string) string {
	text = strings.ReplaceAll(text, "\t", tab)
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return '�'
		}
		return c
	}, text)
}

// message makes a problem or fix printable; it may have several lines.
func message(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n  ")
}

// width returns the number of terminal columns that a string fills.
func width(text string) int {
	columns := 0
	for _, c := range text {
		switch {
		case unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf):
		case isWide(c):
			columns += 2
		default:
			columns++
		}
	}
	return columns
}

// wide lists the blocks whose characters fill two columns, according to Unicode's
// East_Asian_Width. https://www.unicode.org/reports/tr11/
var wide = [][2]rune{
	{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xA960, 0xA97F},
	{0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60},
	{0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF},
	{0x20000, 0x3FFFD},
}

func isWide(c rune) bool {
	return slices.ContainsFunc(wide, func(block [2]rune) bool { return block[0] <= c && c <= block[1] })
}
