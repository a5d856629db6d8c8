package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestSummary: what is cut off where lines are short matters least.
func TestSummary(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]row{
		"0 done": {},
		"1 dead, 2 failed, 12 done, 5 in flight, 6 waiting, 7 delayed": {Dead: 1, Failed: 2, Succeeded: 8, Ignored: 4, InFlight: 5, Waiting: 6, Delayed: 7},
	} {
		if got := summary(r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]row{
		"":                            {InFlight: 3},
		"; 1 item comes back in 84 s": {InFlight: 1, DueIn: 83_200},
		"; 12 items come back, the first in 5 min": {InFlight: 10, Delayed: 2, DueIn: 300_000},
	} {
		if got := pause(r); got != want {
			t.Errorf("%+v: %q, want %q", r, got, want)
		}
	}
}

// TestPlainRepeatsNothing shows a pause once, however the clock runs.
func TestPlainRepeatsNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := &plain{out: &out}
	for _, due := range []float64{0, 90_000, 88_000, 86_000} {
		p.progress([]row{{Step: "work", InFlight: 1, DueIn: due}})
	}
	want := "work: 0 done, 1 in flight\nwork: 0 done, 1 in flight; 1 item comes back in 90 s\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestPace(t *testing.T) {
	t.Parallel()
	var p pace
	if p.left(5) != "" {
		t.Error("time is left before anything is done")
	}
	for n := range 10 {
		p.note(n*20, 0.2)
	}
	if got := p.left(6_000); got != ", 60 s left" && got != ", 61 s left" {
		t.Errorf("at %g/s%s", p.rate, got)
	}
	for range 100 {
		p.note(180, 1)
	}
	if p.left(6_000) != "" {
		t.Errorf("time is left at %g/s", p.rate)
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	var got []string
	for _, d := range []time.Duration{time.Millisecond, time.Minute, 5 * time.Minute, 5 * time.Hour} {
		got = append(got, span(d))
	}
	if text := strings.Join(got, ", "); text != "1 s, 60 s, 5 min, 5 h" {
		t.Error(text)
	}
}
