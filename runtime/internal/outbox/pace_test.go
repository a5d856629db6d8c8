package outbox

import (
	"testing"
	"time"
)

// service simulates SQS: how long a call takes that starts as the n-th concurrent one,
// and whether it is throttled.
type service func(n int) (took time.Duration, throttled bool)

// simulate lets a pace make calls for a while, and returns the numbers of calls at
// once over the last half of the time: minimum, maximum, and mean.
func simulate(p *Pace, total time.Duration, s service) (minimum, maximum int, mean float64) {
	type call struct {
		at        time.Duration
		throttled bool
	}
	var open []call
	var now time.Duration
	began := time.Unix(1, 0)
	p.resume(began)
	minimum = MaxCalls
	sum, n := 0, 0
	for now < total {
		for len(open) < p.limit {
			took, throttled := s(len(open) + 1)
			open = append(open, call{now + took, throttled})
		}
		first := 0
		for i := range open {
			if open[i].at < open[first].at {
				first = i
			}
		}
		c := open[first]
		open = append(open[:first], open[first+1:]...)
		now = max(now, c.at)
		items := 10
		if c.throttled {
			items = 0
		}
		p.ended(began.Add(now), items, c.throttled)
		if now > total/2 {
			minimum, maximum = min(minimum, p.limit), max(maximum, p.limit)
			sum, n = sum+p.limit, n+1
		}
	}
	return minimum, maximum, float64(sum) / float64(n)
}

func TestPaceFindsItsNumber(t *testing.T) {
	t.Parallel()
	far := func(int) (time.Duration, bool) { return 8 * time.Millisecond, false }
	// One after another, with each call waiting for those before it.
	serial := func(n int) (time.Duration, bool) { return time.Duration(n) * 200 * time.Microsecond, false }
	slow := func(n int) (time.Duration, bool) { return time.Duration(n) * 20 * time.Millisecond, false }
	// Thirty at once are served as quickly as one; the others wait.
	wide := func(n int) (time.Duration, bool) {
		return max(10*time.Millisecond, time.Duration(n)*10*time.Millisecond/30), false
	}
	strict := func(n int) (time.Duration, bool) { return 5 * time.Millisecond, n > 20 }
	for name, c := range map[string]struct {
		service          service
		minimum, maximum float64 // of the mean
	}{
		"far": {far, 100, MaxCalls}, "near": {serial, 1, 4}, "slow to accept": {slow, 1, 4},
		"wide": {wide, 20, 45}, "throttling": {strict, 9, 21},
	} {
		if _, _, mean := simulate(NewPace(), 20*time.Second, c.service); mean < c.minimum || mean > c.maximum {
			t.Errorf("%s: %.1f calls at once, want %v to %v", name, mean, c.minimum, c.maximum)
		}
	}
}

// TestPaceRisesQuicklyWithHighLatency: even a batch of a few seconds must benefit.
func TestPaceRisesQuicklyWithHighLatency(t *testing.T) {
	t.Parallel()
	p := NewPace()
	simulate(p, 400*time.Millisecond, func(int) (time.Duration, bool) { return 8 * time.Millisecond, false })
	if p.limit < 100 {
		t.Errorf("%d calls at once", p.limit)
	}
}

func TestPaceFollowsChanges(t *testing.T) {
	t.Parallel()
	p := NewPace()
	near := func(n int) (time.Duration, bool) { return time.Duration(n) * 200 * time.Microsecond, false }
	far := func(int) (time.Duration, bool) { return 8 * time.Millisecond, false }
	strict := func(n int) (time.Duration, bool) { return 8 * time.Millisecond, n > 10 }
	for _, c := range []struct {
		service          service
		minimum, maximum float64
	}{{near, 1, 4}, {far, 60, MaxCalls}, {strict, 3, 11}, {near, 1, 4}} {
		if _, _, mean := simulate(p, 20*time.Second, c.service); mean < c.minimum || mean > c.maximum {
			t.Errorf("%.1f calls at once, want %v to %v", mean, c.minimum, c.maximum)
		}
	}
}

func TestPaceStaysWithNothingToSend(t *testing.T) {
	t.Parallel()
	p := NewPace()
	simulate(p, 10*time.Second, func(int) (time.Duration, bool) { p.starved(); return 8 * time.Millisecond, false })
	if p.limit != startCalls {
		t.Errorf("%d calls at once, though there was not enough to send", p.limit)
	}
}

func TestPaceNeverStops(t *testing.T) {
	t.Parallel()
	p := NewPace()
	minimum, maximum, _ := simulate(p, time.Minute, func(int) (time.Duration, bool) { return time.Millisecond, true })
	if minimum != 1 || maximum != 1 {
		t.Errorf("%d to %d calls at once where all are throttled, want 1", minimum, maximum)
	}
}
