package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

func TestBackOffGrowsWithJitter(t *testing.T) {
	t.Parallel()
	for attempt, maximum := range map[int]int32{1: 10, 2: 20, 3: 40, 4: 80, 50: 100} {
		seen := map[int32]bool{}
		for range 50 {
			x := newTrial()
			x.config.MinDelay, x.config.MaxDelay, x.config.MaxAttempts = 10*time.Second, 100*time.Second, 1000
			wantFailed(t, x.run(t, t.Context(), byBody(map[string]error{"1": errBroken}), testItem{body: "1", attempt: attempt}), "m0")
			after := x.sqs.returned["r-m0"]
			if after < maximum/2 || after > maximum {
				t.Errorf("after attempt %d the item is retried after %d s, want %d to %d", attempt, after, maximum/2, maximum)
			}
			seen[after] = true
		}
		if len(seen) < 3 {
			t.Errorf("after attempt %d always after %v", attempt, seen)
		}
	}
}

// TestBackOffStartsAtOnce: the visibility change must not wait for the other items of the
// batch, and a call that fails must not affect anything else.
func TestBackOffStartsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.visibilityFault = errors.New("throttled")
		// A batch too large would not be in returned.
		failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
			if string(data) != "0" {
				return errBroken
			}
			time.Sleep(time.Minute)
			x.sqs.mu.Lock()
			defer x.sqs.mu.Unlock()
			if len(x.sqs.returned) != 24 {
				t.Errorf("%d items returned while another works, want 24", len(x.sqs.returned))
			}
			return nil
		}, numbered(25)...)
		if len(failed) != 24 {
			t.Errorf("failed %v", failed)
		}
		if !strings.Contains(x.log.String(), "throttled") {
			t.Error("the failed change is not logged")
		}
	})
}

func TestRetryAfterSetsTheDelay(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]int32{
		time.Hour: 3600, 1500 * time.Millisecond: 2, 0: 0, -time.Second: 0,
		12 * time.Hour: 42_890, 100 * time.Hour: 42_890, 1<<63 - 1: 42_890, // SQS began to count when it was received
	} {
		synctest.Test(t, func(t *testing.T) {
			x := newTrial()
			err := fmt.Errorf("wrapped: %w", &RetryAfter{After: d, Err: errBroken})
			wantFailed(t, x.run(t, t.Context(), byBody(map[string]error{"1": err}), bodies("1")...), "m0")
			if got, ok := x.sqs.returned["r-m0"]; !ok || got != want {
				t.Errorf("RetryAfter(%v): retried after %d s, want %d", d, got, want)
			}
			if after := logged(t, &x.log)[0]["afterSeconds"].(float64); math.Ceil(after) != float64(want) {
				t.Errorf("RetryAfter(%v): the log has afterSeconds %v, want %d", d, after, want)
			}
		})
	}
}

// crowd counts the calls that change visibility at once.
type crowd struct {
	*fakeSQS
	mu              sync.Mutex
	now, peak, seen int
}

func (c *crowd) ChangeVisibility(_ context.Context, _ string, messages []sqs.VisibilityChange) error {
	c.mu.Lock()
	c.now++
	c.peak = max(c.peak, c.now)
	c.mu.Unlock()
	time.Sleep(10 * time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now--
	c.seen += len(messages)
	return nil
}

// TestVisibilityChangesShareConnections: each concurrent call needs a connection, and a
// function cannot have a connection for each item of a batch.
func TestVisibilityChangesShareConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 10_000
		service := &crowd{fakeSQS: &fakeSQS{}}
		e := New(testConfig(), Handler(func(context.Context, []byte, Generate) error { return errBroken }), service, quiet(), new(syncBuffer))
		if _, err := e.Invoke(t.Context(), sqsEvent(numbered(n)...)); err != nil {
			t.Fatal(err)
		}
		if service.seen != n || service.peak > visibilityCalls {
			t.Errorf("%d visibility changes with up to %d concurrent calls, want %d by %d at maximum", service.seen, service.peak, n, visibilityCalls)
		}
	})
}
