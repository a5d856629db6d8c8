package diag

import "testing"

func TestSuggest(t *testing.T) {
	t.Parallel()
	keys := []string{"Function", "Queue", "EventSource", "Retry", "Generates", "Generate", "Ref", "Name", "é"}
	tests := []struct{ word, want string }{
		{"Funtion", "Function"}, {"Fucntion", "Function"}, {"function", "Function"}, {"FUNCTIONS", "Function"}, {"Functoin", "Function"},
		{"EventSources", "EventSource"}, {"EvntSorce", "EventSource"}, {"Generats", "Generates"}, {"Genrate", "Generate"}, {"Qeuue", "Queue"},
		{"Reff", "Ref"}, {"Rf", "Ref"}, {"É", "é"}, {"Generate", "Generate"},
		{"", ""}, {"X", ""}, {"Timeout", ""}, {"Map", ""}, {"Quit", ""}, {"RetryRetryRetry", ""},
	}
	for _, test := range tests {
		if got := Suggest(test.word, keys); got != test.want {
			t.Errorf("Suggest(%q) = %q, want %q", test.word, got, test.want)
		}
	}
	if got := Suggest("Ab", []string{"Abc", "Abd"}); got != "Abc" {
		t.Errorf("of equally near candidates the first is wanted, not %q", got)
	}
	if got := Suggest("Abcdef", []string{"Abcdxy", "Abcdex", "abcdeF"}); got != "abcdeF" {
		t.Errorf("the nearest candidate is wanted, not %q", got)
	}
	if got := Suggest("a", nil); got != "" {
		t.Errorf("Suggest finds %q among nothing", got)
	}
}

// TestDistance holds what one mistake is.
func TestDistance(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"abc", "xabc", 1},
		{"abcd", "acbd", 1}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"日本", "日中本", 1},
	} {
		if got := distance([]rune(test.a), []rune(test.b)); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance([]rune(test.b), []rune(test.a)); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
