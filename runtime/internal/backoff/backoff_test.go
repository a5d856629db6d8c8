package backoff

import (
	"testing"
	"time"
)

func TestDelaysDoubleUpToTheLongest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, longest time.Duration
		try            int
		want           time.Duration
	}{{1, 100, 1, 1}, {1, 100, 4, 8}, {1, 100, 8, 100}, {1, 100, 1 << 30, 100}, {0, 100, 1 << 30, 0}, {50, 10, 1, 10}, {1, 1 << 62, 1 << 30, 1 << 62}} {
		if got := Exponential(c.first, c.longest, c.try); got != c.want {
			t.Errorf("Exponential(%v, %v, %d) = %v, want %v", c.first, c.longest, c.try, got, c.want)
		}
	}
}
