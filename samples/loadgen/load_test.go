package main

import (
	"encoding/json"
	"math"
	"testing"
	"time"
)

func TestDurationIsText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		`"90s"`: 90 * time.Second, `"1h30m"`: 90 * time.Minute, `90`: 90 * time.Second, `0.5`: 500 * time.Millisecond, `-1`: -time.Second,
	} {
		var d duration
		if err := json.Unmarshal([]byte(text), &d); err != nil || time.Duration(d) != want {
			t.Errorf("%s: %v, %v", text, time.Duration(d), err)
		}
		again, err := json.Marshal(d)
		if err == nil {
			err = json.Unmarshal(again, &d)
		}
		if err != nil || time.Duration(d) != want {
			t.Errorf("%s became %s: %v", text, again, err)
		}
	}
	for _, text := range []string{`"90"`, `""`, `"soon"`, `null`, `true`, `[1]`, `{}`} {
		var d duration
		if err := json.Unmarshal([]byte(text), &d); err == nil {
			t.Errorf("%s is taken for %v", text, time.Duration(d))
		}
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rps           int64
		long, elapsed time.Duration
		want          int64
	}{
		{10, time.Minute, 0, 0},
		{10, time.Minute, 99 * time.Millisecond, 0},
		{10, time.Minute, 100 * time.Millisecond, 1},
		{10, time.Minute, 30 * time.Second, 300},
		{10, time.Minute, time.Hour, 600},
		{10, time.Minute, -time.Minute, -600}, // clocks differ: nothing is due yet
		{3, time.Minute, time.Second / 3, 0},
		{3, time.Minute, time.Second/3 + 1, 1},
		{1_000_000, math.MaxInt64, math.MaxInt64, 9_223_372_036_854_775},
	} {
		l := load{RPS: c.rps, Duration: duration(c.long)}
		if got := l.due(c.elapsed); got != c.want {
			t.Errorf("%d requests per second are %d after %v, want %d", c.rps, got, c.elapsed, c.want)
		}
	}
}
