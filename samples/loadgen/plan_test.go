package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
	"github.com/serverless-star/starjob/runtime/startest"
)

const target = "http://target.test/"

// numbers checks that requests are numbered from first without a gap, and
// returns the next number.
func numbers(t *testing.T, requests []request, first int64) int64 {
	t.Helper()
	for _, r := range requests {
		if r != (request{target, first}) {
			t.Fatalf("got %+v, want number %d", r, first)
		}
		first++
	}
	return first
}

func TestPlanGeneratesExactly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rps  int64
		long time.Duration
		want int64
	}{
		"one":                   {1, time.Second, 1},
		"steady":                {50, 10 * time.Second, 500},
		"slow":                  {1, time.Minute, 60},
		"fast":                  {5_000, 2 * time.Second, 10_000},
		"rate is no divisor":    {7, 3 * time.Second, 21},
		"part of a second":      {10, 1_500 * time.Millisecond, 15},
		"less than one request": {1, 900 * time.Millisecond, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				l := load{RPS: c.rps, Duration: duration(c.long), URL: target}
				r := startest.Run(t, Plan.Handle(plan), l)
				if sent := numbers(t, startest.Items(t, r, Execute), 1) - 1; sent != c.want || r.Outcome != startest.Done {
					t.Errorf("%d requests, want %d; the item is %s: %v", sent, c.want, r.Outcome, r.Err)
				}
				if took := time.Since(begun); c.want > 0 && (took < c.long-time.Second || took > c.long+tick) {
					t.Errorf("took %v of %v", took, c.long)
				}
			})
		})
	}
}

// TestPlanRollsOver runs for hours in functions with timeouts of minutes, with pauses
// between the plans.
func TestPlanRollsOver(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		timeout, long time.Duration
		plans         int
	}{
		"minutes":  {10 * time.Minute, 2 * time.Hour, 24},
		"a second": {time.Second, 20 * time.Second, 40},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				items := []load{{RPS: 3, Duration: duration(c.long), URL: target}}
				next, plans := int64(1), 0
				for ; len(items) > 0; plans++ {
					started := time.Now()
					r := startest.Run(t, Plan.Handle(plan), items[0], startest.Within(c.timeout))
					if r.Outcome != startest.Done {
						t.Fatalf("plan %d is %s: %v", plans, r.Outcome, r.Err)
					}
					if took := time.Since(started); took > c.timeout*2/3 {
						t.Fatalf("plan %d took %v of %v", plans, took, c.timeout)
					}
					next = numbers(t, startest.Items(t, r, Execute), next)
					items = startest.Items(t, r, Plan)
					time.Sleep(c.timeout / 100) // in the queue
				}
				if want := 3 * int64(c.long/time.Second); next-1 != want {
					t.Errorf("%d requests, want %d", next-1, want)
				}
				if plans < c.plans || plans > c.plans*5/4 {
					t.Errorf("%d plans, want %d or a few more", plans, c.plans)
				}
				if late := time.Since(begun) - c.long; late > c.timeout {
					t.Errorf("ended %v late", late)
				}
			})
		})
	}
}

// TestPlanCatchesUp: a plan that starts late generates the due requests at once.
func TestPlanCatchesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		l := load{RPS: 10, Duration: duration(time.Minute), URL: target, Start: begun.Add(-30 * time.Second), Sent: 200}
		r := startest.Run(t, Plan.Handle(plan), l)
		if next := numbers(t, startest.Items(t, r, Execute), 201); next != 601 {
			t.Errorf("the last request is %d", next-1)
		}
		if took := time.Since(begun); took > 30*time.Second+tick {
			t.Errorf("took %v", took)
		}
	})
}

// TestPlanTwice: a plan that is repeated generates the same numbers again, without
// gaps.
func TestPlanTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := load{RPS: 10, Duration: duration(time.Minute), URL: target, Start: time.Now(), Sent: 10}
		first, second := startest.Twice(t, Plan.Handle(plan), l, startest.Within(20*time.Second))
		for _, r := range []startest.Result{first, second} {
			rest := startest.Items(t, r, Plan)
			if next := numbers(t, startest.Items(t, r, Execute), 11); len(rest) != 1 || rest[0].Sent != next-1 || !rest[0].Start.Equal(l.Start) {
				t.Errorf("generated up to %d, and %+v", next-1, rest)
			}
		}
	})
}

// TestPlanEndsInTime: if sending is slower than the rate, due requests are left to the
// next plan.
func TestPlanEndsInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun, generated := time.Now(), []star.Invocation{}
		err := plan(ctx, load{RPS: 100, Duration: duration(time.Hour), URL: target}, func(i ...star.Invocation) error {
			time.Sleep(time.Second)
			generated = append(generated, i...)
			return nil
		})
		took := time.Since(begun)
		if last := generated[len(generated)-1].Data.(load); err != nil || took > 35*time.Second || last.Sent != int64(len(generated)-1) {
			t.Errorf("took %v and generated %d items, the last %+v: %v", took, len(generated), last, err)
		}
	})
}

func TestPlanDropsInvalidLoads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data any
		want []string
	}{
		"nothing":  {nil, []string{"rps is 0", "duration is 0s", `url is ""`}},
		"too fast": {load{RPS: 1_000_001, Duration: 1, URL: target}, []string{"rps is 1000001"}},
		"backward": {load{RPS: 1, Duration: -1, URL: target}, []string{"duration is -1ns"}},
		"no host":  {load{RPS: 1, Duration: 1, URL: "http:///x"}, []string{`url is "http:///x"`}},
		"no web":   {load{RPS: 1, Duration: 1, URL: "ftp://x/"}, []string{`url is "ftp://x/"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startest.Run(t, Plan.Handle(plan), c.data)
			if r.Outcome != startest.Dead || len(r.Generated) > 0 {
				t.Fatalf("the item is %s: %v", r.Outcome, r.Err)
			}
			for _, want := range c.want {
				if !strings.Contains(r.Err.Error(), want) {
					t.Errorf("%q lacks %q", r.Err, want)
				}
			}
			if n := strings.Count(r.Err.Error(), "\n") + 1; n != len(c.want) {
				t.Errorf("%d problems, want %d: %v", n, len(c.want), r.Err)
			}
		})
	}
}
