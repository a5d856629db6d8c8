package diag

import (
	"slices"
	"strings"
	"unicode"
)

const (
	// tab is what a tab is shown as.
	tab = "    "
	// The characters of a line that are shown before and after where a range
	// begins: templates may have lines of a megabyte.
	shownBefore, shownAfter = 60, 60
)

// cut splits a line into what stands before, in and after the range, ready to be
// shown, and clips it on both sides.
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

// printable replaces what would upset a terminal: its control sequences must not
// come out of a template.
func printable(text string) string {
	text = strings.ReplaceAll(text, "\t", tab)
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return '�'
		}
		return c
	}, text)
}

// message is a problem or fix, ready to be shown; it may have several lines.
func message(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n  ")
}

// width is the number of columns that a text fills in a terminal.
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

// wide are the blocks whose characters fill two columns, after Unicode's
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
