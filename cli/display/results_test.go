package display

import (
	"strings"
	"testing"
)

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
