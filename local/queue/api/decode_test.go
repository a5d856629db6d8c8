package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzSurrogates compares with encoding/json, which replaces half of a surrogate
// pair.
func FuzzSurrogates(f *testing.F) {
	for _, s := range []string{`"\ud83d\ude00"`, `"\ud83d"`, `"\ude00\ud83d"`, `"\\ud83d"`, `"\\\ud83d"`, `"\ud83d\ud83d\ude00"`, `"\ufffd"`, `"a\n\u0041"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var text string
		if !utf8.Valid(b) || json.Unmarshal(b, &text) != nil {
			surrogatesPaired(b) // must not panic
			return
		}
		if strings.Contains(strings.ToLower(string(b)), `\ufffd`) || bytes.ContainsRune(b, utf8.RuneError) {
			return // the replacement character itself was meant
		}
		if mended := strings.ContainsRune(text, utf8.RuneError); mended == surrogatesPaired(b) {
			t.Errorf("%s decodes to %q, and is taken for paired: %t", b, text, !mended)
		}
	})
}
