package engine

import "github.com/serverless-star/starjob/internal/suggest"

// didYouMean returns a suggestion to append to a message about an unknown word, or
// "" if no known word is close to it.
func didYouMean(word string, known []string) string {
	if closest := suggest.Closest(word, known); closest != "" {
		return "; did you mean " + closest + "?"
	}
	return ""
}
