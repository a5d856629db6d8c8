package host

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestMetaIsJSON: the metadata is what encoding/json would have written.
func TestMetaIsJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "059f36b4-87a3-44ab-83d2-661975830a7d", `"`, `\`, "\n", "é", "\xff", "\u2028", "<&>", strings.Repeat("x", 300)} {
		m := Meta{MessageID: text, Attempt: 2, Depth: 3, FirstSent: 1545082649183, Deadline: -1, RequestID: text}
		var got Meta
		written := m.append(nil)
		if err := json.Unmarshal(written, &got); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		m.MessageID, m.RequestID = strings.ToValidUTF8(text, "\ufffd"), strings.ToValidUTF8(text, "\ufffd")
		if got != m {
			t.Errorf("%s is %+v, want %+v", written, got, m)
		}
	}
}
