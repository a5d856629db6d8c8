package cfn

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestEncodeJSONIndent compares with the standard library, except for its escapes.
func TestEncodeJSONIndent(t *testing.T) {
	t.Parallel()
	n := parse(t, everything)
	var want bytes.Buffer
	if err := json.Indent(&want, EncodeJSON(n), "", "  "); err != nil {
		t.Fatal(err)
	}
	if got := EncodeJSONIndent(n); !bytes.Equal(got, want.Bytes()) {
		t.Errorf("EncodeJSONIndent:\n%s\nwant\n%s", got, want.Bytes())
	}
}

func TestEncodeJSONReplacesInvalidUTF8(t *testing.T) {
	t.Parallel()
	n := NewMap(E("a", nil), E("b\xff", NewString("\xff\x7f")))
	const want = "{\"a\":null,\"b\uFFFD\":\"\uFFFD\x7f\"}"
	if got := string(EncodeJSON(n)); got != want || JSONSize(n) != len(want) {
		t.Errorf("EncodeJSON = %q and JSONSize = %d, want %q", got, JSONSize(n), want)
	}
}
