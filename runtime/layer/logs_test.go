//go:build unix

package layer_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestLogLinesNameTheItem(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		d.run(1, `{"case":"prints"}`)
		d.run(2, `{"case":"logs"}`)
		d.waitFor("two")
		var got []string
		for line := range strings.Lines(d.text()) {
			var l struct{ Timestamp, Level, Message, Step, MessageID, RequestID string }
			if err := json.Unmarshal([]byte(line), &l); err == nil && l.MessageID == "m-2" {
				got = append(got, strings.Join([]string{l.Level, l.Message, l.Step, l.RequestID}, "|"))
				if l.Timestamp == "" {
					t.Errorf("no timestamp in %s", line)
				}
			}
		}
		if want := "INFO|one|step|r ERROR|two\nlines|step|r"; strings.Join(got, " ") != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if !strings.Contains(d.text(), "half a line ") {
			t.Error("what was printed is lost")
		}
	})
}

func TestLogLevelIsObserved(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler, "AWS_LAMBDA_LOG_LEVEL=ERROR")
		d.run(1, `{"case":"logs"}`)
		d.waitFor("two")
		if strings.Contains(d.text(), `"one"`) {
			t.Error("a line below the level was written")
		}
	})
}
