package engine

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// land simulates a service: how long a call takes that begins as the n-th at
// once, and whether it is throttled.
type land func(n int) (took time.Duration, throttled bool)

// walk lets a pace make calls for a while, and returns the numbers of calls at
// once over the last half of the time: least, most, and mean.
func walk(p *pace, whole time.Duration, l land) (least, most int, mean float64) {
	type call struct {
		at        time.Duration
		throttled bool
	}
	var open []call
	var now time.Duration
	began := time.Unix(1, 0)
	p.resume(began)
	least = maxCalls
	sum, n := 0, 0
	for now < whole {
		for len(open) < p.limit {
			took, throttled := l(len(open) + 1)
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
		if now > whole/2 {
			least, most = min(least, p.limit), max(most, p.limit)
			sum, n = sum+p.limit, n+1
		}
	}
	return least, most, float64(sum) / float64(n)
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
		land        land
		least, most float64 // of the mean
	}{
		"far": {far, 100, maxCalls}, "near": {serial, 1, 4}, "slow to accept": {slow, 1, 4},
		"wide": {wide, 20, 45}, "throttling": {strict, 9, 21},
	} {
		if _, _, mean := walk(newPace(), 20*time.Second, c.land); mean < c.least || mean > c.most {
			t.Errorf("%s: %.1f calls at once, want %v to %v", name, mean, c.least, c.most)
		}
	}
}

// TestPaceIsQuickWhereTheServiceIsFar: a batch of a few seconds must gain by it.
func TestPaceIsQuickWhereTheServiceIsFar(t *testing.T) {
	t.Parallel()
	p := newPace()
	walk(p, 400*time.Millisecond, func(int) (time.Duration, bool) { return 8 * time.Millisecond, false })
	if p.limit < 100 {
		t.Errorf("%d calls at once", p.limit)
	}
}

func TestPaceFollowsChanges(t *testing.T) {
	t.Parallel()
	p := newPace()
	near := func(n int) (time.Duration, bool) { return time.Duration(n) * 200 * time.Microsecond, false }
	far := func(int) (time.Duration, bool) { return 8 * time.Millisecond, false }
	strict := func(n int) (time.Duration, bool) { return 8 * time.Millisecond, n > 10 }
	for _, c := range []struct {
		land        land
		least, most float64
	}{{near, 1, 4}, {far, 60, maxCalls}, {strict, 3, 11}, {near, 1, 4}} {
		if _, _, mean := walk(p, 20*time.Second, c.land); mean < c.least || mean > c.most {
			t.Errorf("%.1f calls at once, want %v to %v", mean, c.least, c.most)
		}
	}
}

func TestPaceStaysWithNothingToSend(t *testing.T) {
	t.Parallel()
	p := newPace()
	walk(p, 10*time.Second, func(int) (time.Duration, bool) { p.starved(); return 8 * time.Millisecond, false })
	if p.limit != startCalls {
		t.Errorf("%d calls at once, though there was not enough to send", p.limit)
	}
}

func TestPaceNeverStops(t *testing.T) {
	t.Parallel()
	p := newPace()
	least, most, _ := walk(p, time.Minute, func(int) (time.Duration, bool) { return time.Millisecond, true })
	if least != 1 || most != 1 {
		t.Errorf("%d to %d calls at once where all are throttled, want 1", least, most)
	}
}

// TestOutboxKeepsItsPace sends items to services that are far and that throttle.
func TestOutboxKeepsItsPace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		most        int // calls at once that are not throttled
		least, peak int // want
	}{"far": {maxCalls, 100, maxCalls}, "throttling": {8, 8, 33}} {
		synctest.Test(t, func(t *testing.T) {
			x := newTrial()
			x.sqs.latency = 8 * time.Millisecond
			x.sqs.fault = func(_ int, _ string, messages []*Message) ([]Sent, error) {
				if x.sqs.active >= c.most { // besides this one
					return nil, newSendError("RequestThrottled", "")
				}
				return nil, nil
			}
			e := x.engine(generates(20_000))
			for range 2 {
				reply, err := e.Invoke(t.Context(), event(bodies("1")...))
				if err != nil {
					t.Fatal(err)
				}
				wantFailed(t, failedIn(t, reply))
			}
			if got := x.sqs.peak; got < c.least || got > c.peak {
				t.Errorf("%s: up to %d calls at once, want %d to %d", name, got, c.least, c.peak)
			}
			if n := len(x.sqs.bodies(sinkQueue)); n != 40_000 {
				t.Errorf("%s: %d of 40,000 items sent", name, n)
			}
		})
	}
}

// TestThrottlingIsSeen: SQS says it in several ways.
func TestThrottlingIsSeen(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		newSendError("RequestThrottled", ""), newSendError("ThrottlingException", ""), newSendError("OverLimit", ""),
		newSendError("KmsThrottled", ""), fmt.Errorf("%w", entryError("ThrottlingException", "", true)),
	} {
		if !isThrottled(err) || isPermanent(err) {
			t.Errorf("%v does not count as throttled", err)
		}
	}
	if isThrottled(nil) || isThrottled(newSendError("InternalError", "")) || isThrottled(context.Canceled) {
		t.Error("other errors count as throttled")
	}
}
