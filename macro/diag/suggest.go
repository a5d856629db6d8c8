package diag

import "strings"

// Suggest returns the candidate that word was probably meant to be, or "" where
// none is near: a typing mistake or two, more in long words, and none for
// another case of letters. Of several that are equally near the first is taken.
func Suggest(word string, candidates []string) string {
	best, nearest := "", 0
	lower := []rune(strings.ToLower(word))
	for _, candidate := range candidates {
		if strings.EqualFold(word, candidate) {
			return candidate
		}
		other := []rune(strings.ToLower(candidate))
		d := distance(lower, other)
		if d <= max(len(lower), len(other))/3 && (best == "" || d < nearest) {
			best, nearest = candidate, d
		}
	}
	return best
}

// distance counts the letters to insert, remove, replace, or swap with their
// neighbour, to make b of a. Only the last three rows of the table are kept.
func distance(a, b []rune) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, last, row := rows[0], rows[1], rows[2]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+unequal(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func unequal(a, b rune) int {
	if a == b {
		return 0
	}
	return 1
}
