package sandbox

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func cut(pieces ...string) (got []string) {
	l := lineSplitter{emit: func(line []byte) { got = append(got, string(line)) }}
	for _, p := range pieces {
		l.add([]byte(p))
	}
	l.flush()
	return got
}

func TestOutputIsSplitIntoLines(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, c := range []struct{ pieces, want []string }{
		{nil, nil},
		{[]string{"a\n"}, []string{"a"}},
		{[]string{"a\nb"}, []string{"a", "b"}},
		{[]string{"a", "b\n", "\nc\r\n"}, []string{"ab", "", "c"}},
		{[]string{"\n\n"}, []string{"", ""}},
		{[]string{long + "\n"}, []string{long}},
		{[]string{long, "y\n"}, []string{long, "y"}},
		{[]string{long + "y" + long + "z"}, []string{long, "y" + long[1:], "xz"}},
	} {
		if got := cut(c.pieces...); !slices.Equal(got, c.want) {
			t.Errorf("%.40q: got %.40q", c.pieces, got)
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("a\nb\n\nc"), 1)
	f.Add(bytes.Repeat([]byte("x"), maxLine+1), maxLine)
	f.Fuzz(func(t *testing.T, text []byte, at int) {
		at = max(0, min(at, len(text)))
		got := cut(string(text[:at]), string(text[at:]))
		if !slices.Equal(got, cut(string(text))) {
			t.Fatal("the lines depend on how they arrive")
		}
		if len(text) <= maxLine && !bytes.Contains(text, []byte("\r")) {
			if want := strings.TrimSuffix(string(text), "\n"); strings.Join(got, "\n") != want {
				t.Fatalf("got %q", got)
			}
		}
	})
}
