package display

import (
	"bytes"
	"testing"
)

// TestSummary: the least important figures are last, where narrow terminals cut lines.
func TestSummary(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]Step{
		"0 done": {},
		"1 dead, 2 failed, 12 done, 5 in flight, 6 waiting, 7 delayed": {Dead: 1, Failed: 2, Succeeded: 8, Ignored: 4, InFlight: 5, Waiting: 6, Delayed: 7},
	} {
		if got := summary(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDue(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]Step{
		"":                                 {InFlight: 3},
		"1 item due in 84 s":               {InFlight: 1, DueIn: 83_200},
		"12 items due, the first in 5 min": {InFlight: 10, Delayed: 2, DueIn: 300_000},
	} {
		if got := due(s); got != want {
			t.Errorf("%+v: %q, want %q", s, got, want)
		}
	}
}

// TestLineDisplayRepeatsNothing: a step that waits is shown once, although the time
// left changes.
func TestLineDisplayRepeatsNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	d := &lineDisplay{out: &out}
	for _, due := range []float64{0, 90_000, 88_000, 86_000} {
		d.Progress([]Step{{Name: "work", InFlight: 1, DueIn: due}})
	}
	want := "work: 0 done, 1 in flight\nwork: 0 done, 1 in flight; 1 item due in 90 s\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestThroughput(t *testing.T) {
	t.Parallel()
	var speed throughput
	if speed.remaining(5) != "" {
		t.Error("time is left before anything is done")
	}
	for n := range 10 {
		speed.observe(n*20, 0.2)
	}
	if got := speed.remaining(6_000); got != ", 60 s left" && got != ", 61 s left" {
		t.Errorf("at %g/s%s", speed.rate, got)
	}
	for range 100 {
		speed.observe(180, 1)
	}
	if speed.remaining(6_000) != "" {
		t.Errorf("time is left at %g/s", speed.rate)
	}
}
