package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

func TestUnfinishedItemsFailBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	for _, timeout := range []time.Duration{300 * time.Millisecond, time.Second, 30 * time.Second, 15 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			x := newTrial()
			began := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			release := make(chan struct{})
			late := make(chan error, 2)
			failed := x.run(t, ctx, func(ctx context.Context, data []byte, generate Generate) error {
				switch string(data) {
				case "1": // ends with its context
					<-ctx.Done()
					late <- generate(Invocation{Step: "sink", Data: 1})
					return nil // too late for that
				case "2": // does not
					<-release
					late <- generate(Invocation{Step: "sink", Data: 2})
				}
				return nil
			}, numbered(4)...)
			if left := timeout - time.Since(began); left < min(timeout/10, 500*time.Millisecond) || left > maxMargin {
				t.Errorf("of %v the reply left %v before the deadline", timeout, left)
			}
			close(release)
			for range 2 {
				if err := <-late; !errors.Is(err, ErrEnded) {
					t.Errorf("a late generate returned %v", err)
				}
			}
			synctest.Wait()
			wantFailed(t, failed, "m1", "m2")
			if len(x.sqs.bodies(sinkQueue)) != 0 {
				t.Errorf("sent %v", x.sqs.bodies(sinkQueue))
			}
			if x.sqs.returned["r-m2"] != 1 {
				t.Errorf("unfinished items are retried after %v", x.sqs.returned)
			}
		})
	}
}

// TestStoppedItemsAreNotIgnored: IgnoreErrors does not cover errors that the deadline
// caused.
func TestStoppedItemsAreNotIgnored(t *testing.T) {
	t.Parallel()
	for range 20 { // handler and cut-off race
		synctest.Test(t, func(t *testing.T) {
			x := newTrial()
			x.config.IgnoreErrors = true
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			failed := x.run(t, ctx, func(ctx context.Context, data []byte, _ Generate) error {
				<-ctx.Done()
				return ctx.Err()
			}, numbered(3)...)
			wantFailed(t, failed, "m0", "m1", "m2")
		})
	}
}

func TestUnconfirmedSendsFailTheirItem(t *testing.T) {
	t.Parallel()
	for _, deaf := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			x := newTrial()
			x.sqs.latency, x.sqs.deaf = time.Hour, deaf
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			failed := x.run(t, ctx, func(_ context.Context, data []byte, generate Generate) error {
				if string(data) == "0" {
					return nil
				}
				return generate(Invocation{Step: "sink", Data: 1})
			}, numbered(2)...)
			wantFailed(t, failed, "m1")
			if ctx.Err() != nil {
				t.Error("the reply came after the deadline")
			}
			time.Sleep(2 * time.Hour)
		})
	}
}

func TestLastAttemptIsDeadLetteredInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.latency = 100 * time.Millisecond
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		release := make(chan struct{})
		defer close(release)
		failed := x.run(t, ctx, func(context.Context, []byte, Generate) error { <-release; return nil }, testItem{body: "1", attempt: 5})
		wantFailed(t, failed)
		if dead := x.sqs.accepted[deadQueue]; len(dead) != 1 || !strings.Contains(fmt.Sprint(dead[0].Attributes), "deadline") {
			t.Errorf("dead letters %+v", dead)
		}
	})
}

// TestNothingStartsAfterTheCutOff: a dead letter that is being sent at the cut-off may
// still arrive, but the rest of its group must not be handled.
func TestNothingStartsAfterTheCutOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.config.DeadLetterQueue += ".fifo"
		x.sqs.latency = 100 * time.Millisecond
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var seen recorder
		failed := x.run(t, ctx, func(_ context.Context, data []byte, _ Generate) error {
			seen.add(data)
			time.Sleep(time.Minute - maxMargin - 10*time.Millisecond)
			return &Drop{errBroken}
		}, fifoItems("a1", "a2")...)
		wantFailed(t, failed, "a2")
		if got := seen.of("a"); !slices.Equal(got, []string{"a1"}) {
			t.Errorf("handled %v", got)
		}
	})
}

// hangingReturns never answers a call that changes visibility.
type hangingReturns struct{ *fakeSQS }

func (hangingReturns) ChangeVisibility(ctx context.Context, _ string, _ []sqs.VisibilityChange) error {
	<-ctx.Done()
	return ctx.Err()
}

// TestHangingVisibilityChangeDelaysNothing: the other items of the batch are done, and
// would be received again if the reply were late.
func TestHangingVisibilityChangeDelaysNothing(t *testing.T) {
	t.Parallel()
	for _, timeout := range []time.Duration{time.Second, 15 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			x := newTrial()
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			began := time.Now()
			e := New(x.config, Handler(byBody(map[string]error{"1": errBroken})), hangingReturns{x.sqs}, quiet(), &x.metrics)
			reply, err := e.Invoke(ctx, sqsEvent(bodies("0", "1", "2")...))
			if err != nil {
				t.Fatal(err)
			}
			wantFailed(t, failedIn(t, reply), "m1")
			if took := time.Since(began); took > min(timeout*9/10, visibilityTimeout+time.Second) {
				t.Errorf("of %v it took %v", timeout, took)
			}
		})
	}
}
