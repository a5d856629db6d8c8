package display

import (
	"strings"
	"testing"
	"time"
)

func TestWholeUnits(t *testing.T) {
	t.Parallel()
	var got []string
	for _, d := range []time.Duration{time.Millisecond, time.Minute, 5 * time.Minute, 5 * time.Hour} {
		got = append(got, wholeUnits(d))
	}
	if text := strings.Join(got, ", "); text != "1 s, 60 s, 5 min, 5 h" {
		t.Error(text)
	}
}
