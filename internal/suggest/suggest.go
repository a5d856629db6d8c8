// Package suggest finds the word that a misspelled one was probably meant to be.
// The same rule applies to templates, environment variables and command lines.
// It does not word the hint: each caller writes its own "did you mean".
package suggest

import (
	"strings"
	"unicode/utf8"

	"github.com/hbollon/go-edlib"
)

// Closest returns the known word that word was probably meant to be, or "" if
// none is close. A known word that differs only in case is returned at once.
// Otherwise, ignoring case, a letter that is inserted, removed, replaced, or
// swapped with its neighbor counts as one mistake, and a third of the longer
// word's letters (rounded down) may be mistakes. If several known words are
// equally close, the first of them is returned.
func Closest(word string, known []string) string {
	closest, fewest := "", 0
	lower := strings.ToLower(word)
	for _, candidate := range known {
		if strings.EqualFold(word, candidate) {
			return candidate
		}
		other := strings.ToLower(candidate)
		mistakes := edlib.OSADamerauLevenshteinDistance(lower, other)
		allowed := max(utf8.RuneCountInString(lower), utf8.RuneCountInString(other)) / 3
		if mistakes <= allowed && (closest == "" || mistakes < fewest) {
			closest, fewest = candidate, mistakes
		}
	}
	return closest
}
