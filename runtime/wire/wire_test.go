package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseQueues(t *testing.T) {
	t.Parallel()
	got, err := ParseQueues("plan execute.fifo  other=https://elsewhere/2/x ", "https://sqs/1/Try-plan", "Try")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"plan": "https://sqs/1/Try-plan", "execute": "https://sqs/1/Try-execute.fifo", "other": "https://elsewhere/2/x"}
	for step, url := range want {
		if got[step] != url {
			t.Errorf("%s: %q, want %q", step, got[step], url)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
	if got, err := ParseQueues("", "", ""); len(got) != 0 || err != nil {
		t.Errorf("an empty list: %v, %v", got, err)
	}
}

func TestParseQueuesReportsAllFaults(t *testing.T) {
	t.Parallel()
	_, err := ParseQueues("a=x a=y =z b= c", "", "")
	for _, want := range []string{`duplicate step "a"`, `"=z" names no queue`, `"b=" names no queue`, `"c" names no queue`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %s in it", err, want)
		}
	}
}

// FuzzParseQueues writes entries as the macro does, and reads them back.
func FuzzParseQueues(f *testing.F) {
	f.Add("plan", "https://sqs.us-east-1.amazonaws.com/123456789012/x", true, "plan=a b")
	f.Add("a-b_c", "y", false, "= =")
	f.Fuzz(func(t *testing.T, step, url string, fifo bool, any string) {
		_, _ = ParseQueues(any, url, step) // must not panic
		if step == "" || url == "" || strings.ContainsAny(step, "=/.") || len(strings.Fields(step)) != 1 || len(strings.Fields(url)) != 1 ||
			strings.TrimSpace(step) != step || strings.TrimSpace(url) != url {
			return
		}
		got, err := ParseQueues(QueueEntry(step, url), "", "")
		if err != nil || got[step] != url {
			t.Errorf("%q: %q, %v", step, got, err)
		}
		own := "https://sqs/1/" + QueueName("Try", "own", false)
		got, err = ParseQueues(ShortQueueEntry(step, fifo), own, "Try")
		if want := "https://sqs/1/" + QueueName("Try", step, fifo); err != nil || got[step] != want || IsFIFO(got[step]) != fifo {
			t.Errorf("%q: %q, %v, want %q", step, got, err, want)
		}
	})
}

func TestEscapeLeavesOrdinaryTextAlone(t *testing.T) {
	t.Parallel()
	text := []byte(`{"a":"ü𝄞\u0000` + "\x7f\uFFFD" + `"}`)
	if got := Escape(text); &got[0] != &text[0] {
		t.Errorf("copied to %s", got)
	}
}

// FuzzEscape checks that SQS accepts escaped documents, and that their meaning is the
// same.
func FuzzEscape(f *testing.F) {
	f.Add([]byte("\"\uFFFE\uFFFF\""))
	f.Add([]byte("{\"\xff\": \"\xed\xa0\x80\"}"))
	f.Add([]byte(`["\ufffe"]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var before, after any
		if json.Unmarshal(text, &before) != nil {
			return
		}
		escaped := Escape(text)
		if !utf8.Valid(escaped) || strings.ContainsAny(string(escaped), "\uFFFE\uFFFF") {
			t.Errorf("%q", escaped)
		}
		if err := json.Unmarshal(escaped, &after); err != nil {
			t.Fatal(err)
		}
		b, _ := json.Marshal(before)
		a, _ := json.Marshal(after)
		if string(a) != string(b) {
			t.Errorf("%q means %s, and meant %s", escaped, a, b)
		}
	})
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	if got, want := Printable("a\tb\r\n\x00\x1f\x7fü\uFFFE\uFFFF\xff"), "a\tb\r\n\uFFFD\uFFFD\x7fü\uFFFD\uFFFD\uFFFD"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTruncate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		maxBytes int
		want     string
	}{
		{"short", 5, "short"}, {"longer", 5, "lo…"}, {"üüü", 5, "ü…"}, {"üüü", 4, "…"}, {"longer", 2, ""}, {"x", 0, ""}, {"x", -5, ""}, {"", 0, ""},
	} {
		if got := Truncate(c.text, c.maxBytes); got != c.want || len(got) > max(c.maxBytes, 0) {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.text, c.maxBytes, got, c.want)
		}
	}
}

func TestIsGroup(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"a": true, "A-z0~!\"\\": true, "": false, "a b": false, "ü": false, "a\n": false, strings.Repeat("g", 128): true, strings.Repeat("g", 129): false,
	} {
		if IsGroup(text) != want {
			t.Errorf("IsGroup(%q) is %v", text, !want)
		}
	}
}

func TestAttributeBytes(t *testing.T) {
	t.Parallel()
	if got := AttributeBytes("star.depth", "Number", 2); got != 18 {
		t.Errorf("%d", got)
	}
}
