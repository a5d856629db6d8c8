package suggest_test

import (
	"testing"

	"github.com/hbollon/go-edlib"

	"github.com/serverless-star/starjob/internal/suggest"
)

func TestClosestAllowsAThirdOfTheLettersToBeWrong(t *testing.T) {
	t.Parallel()
	keys := []string{"Function", "Queue", "EventSource", "Retry", "Generates", "Generate", "Ref", "Name", "é"}
	tests := []struct{ word, want string }{
		{"Funtion", "Function"}, {"Fucntion", "Function"}, {"function", "Function"}, {"FUNCTIONS", "Function"}, {"Functoin", "Function"},
		{"EventSources", "EventSource"}, {"EvntSorce", "EventSource"}, {"Generats", "Generates"}, {"Genrate", "Generate"}, {"Qeuue", "Queue"},
		{"Reff", "Ref"}, {"Rf", "Ref"}, {"É", "é"}, {"Generate", "Generate"},
		{"", ""}, {"X", ""}, {"Timeout", ""}, {"Map", ""}, {"Quit", ""}, {"RetryRetryRetry", ""},
	}
	for _, test := range tests {
		if got := suggest.Closest(test.word, keys); got != test.want {
			t.Errorf("Closest(%q) = %q, want %q", test.word, got, test.want)
		}
	}
	if got := suggest.Closest("Ab", []string{"Abc", "Abd"}); got != "Abc" {
		t.Errorf("of equally close words the first is expected, not %q", got)
	}
	if got := suggest.Closest("Abcdef", []string{"Abcdxy", "Abcdex", "abcdeF"}); got != "abcdeF" {
		t.Errorf("the closest word is expected, not %q", got)
	}
	if got := suggest.Closest("a", nil); got != "" {
		t.Errorf("Closest finds %q among no words", got)
	}
}

// TestLibraryCountsMistakes fixes what counts as one mistake, which a new
// version of the library must not change.
func TestLibraryCountsMistakes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"abc", "xabc", 1},
		{"abcd", "acbd", 1}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"日本", "日中本", 1},
	} {
		if got := edlib.OSADamerauLevenshteinDistance(test.a, test.b); got != test.want {
			t.Errorf("the distance of %q and %q is %d, want %d", test.a, test.b, got, test.want)
		}
		if got := edlib.OSADamerauLevenshteinDistance(test.b, test.a); got != test.want {
			t.Errorf("the distance of %q and %q is %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
