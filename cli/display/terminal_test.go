package display

import "testing"

func TestEscape(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"an ü\tand a line\n":    "an ü\tand a line\n",
		"a line of Windows\r":   "a line of Windows",
		"12%\r13%":              `12%\r13%`,
		"\x1b[31mred\x1b[0m":    "\x1b[31mred\x1b[0m\x1b[0m",
		"\x1b[2J\x1b[H\a\u009b": `\x1b[2J\x1b[H\a\u009b`,
		"\x1b]0;title\x07":      `\x1b]0;title\a`,
	} {
		if got := Escape(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
