package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/backoff"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

func TestRejectedEntriesAreRetriedAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.fault = func(call int, _ string, messages []*sqs.Message) ([]sqs.Result, error) {
			sent := make([]sqs.Result, len(messages))
			for i, m := range messages {
				if call < 4 && (m.Body == "3" || m.Body == "4") {
					sent[i].Err = &sqs.Error{Code: "InternalError"}
				}
			}
			return sent, nil
		}
		wantFailed(t, x.run(t, t.Context(), generates(10), bodies("1")...))
		if len(x.sqs.calls) != 4 || !slices.Equal(x.sqs.calls[1].bodies, []string{"3", "4"}) || !slices.Equal(x.sqs.calls[3].bodies, []string{"3", "4"}) {
			t.Errorf("calls %+v", x.sqs.calls)
		}
		for i := 1; i < 4; i++ {
			longest := backoff.Exponential(50*time.Millisecond, 5*time.Second, i)
			if rest := x.sqs.calls[i].at.Sub(x.sqs.calls[i-1].at); rest < longest/2 || rest > longest {
				t.Errorf("rest %d took %v, want %v to %v", i, rest, longest/2, longest)
			}
		}
		if len(x.sqs.bodies(sinkQueue)) != 10 {
			t.Errorf("sent %v", x.sqs.bodies(sinkQueue))
		}
	})
}

// generates is a handler that generates n items for the sink.

func TestLostEntryFailsOnlyItsItem(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(int, string, []*sqs.Message) ([]sqs.Result, error){
		"entry refused": refuses(`"poison"`),
		"batch refused": func(_ int, _ string, messages []*sqs.Message) ([]sqs.Result, error) {
			for _, m := range messages {
				if m.Body == `"poison"` {
					return nil, &sqs.Error{Code: "InvalidParameterValue", Permanent: true}
				}
			}
			return nil, nil
		},
	} {
		for _, ignore := range []bool{false, true} {
			x := newTrial()
			x.config.IgnoreErrors = ignore
			x.sqs.fault = fault
			failed := x.run(t, t.Context(), func(_ context.Context, data []byte, generate Generate) error {
				body := string(data)
				if body == "3" {
					body = "poison"
				}
				generate(Invocation{Step: "sink", Data: body}) //nolint:errcheck // a careless handler
				return nil
			}, numbered(8)...)
			wantFailed(t, failed, "m3")
			if n := len(x.sqs.bodies(sinkQueue)); n != 7 {
				t.Errorf("%s: %d sent, want 7", name, n)
			}
			if !strings.Contains(x.log.String(), sinkQueue) || !strings.Contains(x.log.String(), `generate \"sink\"`) {
				t.Errorf("%s: the log names neither step nor queue: %s", name, x.log.String())
			}
		}
	}
}

func TestMissingQueueFailsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.fault = func(int, string, []*sqs.Message) ([]sqs.Result, error) {
			return nil, &sqs.Error{Code: "QueueDoesNotExist", Queue: true}
		}
		began := time.Now()
		wantFailed(t, x.run(t, t.Context(), generates(10), bodies("1")...), "m0")
		if time.Since(began) != 0 || len(x.sqs.calls) != 1 {
			t.Errorf("%d calls in %v", len(x.sqs.calls), time.Since(began))
		}
	})
}

// TestNoItemIsAcknowledgedBeforeItsSends: the reply must not be sent before the last entry
// was accepted, even if calls before it failed.
func TestNoItemIsAcknowledgedBeforeItsSends(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.latency = time.Second
		x.sqs.fault = func(call int, _ string, _ []*sqs.Message) ([]sqs.Result, error) {
			if call < 6 {
				return nil, errors.New("connection reset")
			}
			return nil, nil
		}
		wantFailed(t, x.run(t, t.Context(), generates(10), bodies("1")...))
		if n := len(x.sqs.bodies(sinkQueue)); n != 10 {
			t.Errorf("acknowledged with %d of 10 items sent", n)
		}
	})
}

// TestFailedItemsWaitForTheirSends: an item that is dropped or ignored is
// acknowledged, so SQS must have accepted what it generated before.
func TestFailedItemsWaitForTheirSends(t *testing.T) {
	t.Parallel()
	for _, err := range []error{errBroken, &Drop{errBroken}} {
		x := newTrial()
		x.config.IgnoreErrors = true
		x.sqs.fault = refuses("0")
		failed := x.run(t, t.Context(), func(ctx context.Context, data []byte, generate Generate) error {
			generates(1)(ctx, data, generate) //nolint:errcheck // a careless handler
			return err
		}, bodies("1")...)
		wantFailed(t, failed, "m0")
		if n := len(x.sqs.bodies(deadQueue)); n != 0 {
			t.Errorf("%d dead letters", n)
		}
	}
}

// TestHangingCallIsRetried: long before the deadline, a broken connection must not delay its
// items.
func TestHangingCallIsRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.latency = 24 * time.Hour
		go func() { time.Sleep(time.Second); x.sqs.mu.Lock(); x.sqs.latency = 0; x.sqs.mu.Unlock() }()
		began := time.Now()
		wantFailed(t, x.run(t, t.Context(), generates(1), bodies("1")...))
		if took := time.Since(began); took > 25*time.Second {
			t.Errorf("took %v", took)
		}
	})
}
