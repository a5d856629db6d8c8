package engine

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/outbox"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

func TestFullBatchesAreSentAtOnceAndPartialOnesSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		var began time.Time
		x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
			began = time.Now()
			for i := range 23 {
				if err := generate(Invocation{Step: "sink", Data: i}); err != nil {
					return err
				}
			}
			time.Sleep(time.Hour) // the items must not wait for the handler
			return nil
		}, bodies("1")...)
		var sizes []int
		for _, call := range x.sqs.calls {
			sizes = append(sizes, len(call.bodies))
			if wait := call.at.Sub(began); wait > 10*time.Millisecond || len(call.bodies) == 10 && wait != 0 {
				t.Errorf("a batch of %d left after %v", len(call.bodies), wait)
			}
		}
		slices.Sort(sizes)
		if !slices.Equal(sizes, []int{3, 10, 10}) {
			t.Errorf("batches of %v", sizes)
		}
	})
}

func TestLastItemsAreSentWhenTheHandlerEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		began := time.Now()
		x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
			return generate(Invocation{Step: "sink", Data: 1})
		}, bodies("1", "2")...)
		if took := time.Since(began); took != 0 {
			t.Errorf("took %v", took)
		}
		if len(x.sqs.calls) != 1 {
			t.Errorf("%d calls for the items of two concurrent handlers", len(x.sqs.calls))
		}
	})
}

// TestFIFOGroupsDoNotLinger: the items of one group are sent one by one, and only wait for
// SQS.
func TestFIFOGroupsDoNotLinger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.latency = 10 * time.Millisecond
		began := time.Now()
		x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
			for i := range 100 {
				if err := generate(Invocation{Step: "ordered", Data: i, Group: string(rune('a' + i%5))}); err != nil {
					return err
				}
			}
			return nil
		}, bodies("1")...)
		if took := time.Since(began); took > 20*10*time.Millisecond+5*time.Millisecond || len(x.sqs.calls) != 20 {
			t.Errorf("20 items in each of 5 groups took %v and %d calls", took, len(x.sqs.calls))
		}
	})
}

// memoryBytes bounds the items that are on their way, of which each weighs 4 KiB
// more than its message.
const memoryBytes = 8 << 20

// TestMillionItemsInConstantMemory counts the items that generate has accepted, but SQS has
// not.
func TestMillionItemsInConstantMemory(t *testing.T) {
	t.Parallel()
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	x := newTrial()
	var accepted, sent, peak atomic.Int64
	slow := &countingSQS{sent: &sent}
	e := New(x.config, Handler(func(_ context.Context, _ []byte, generate Generate) error {
		for i := range n {
			if err := generate(Invocation{Step: "sink", Data: i}); err != nil {
				return err
			}
			if open := accepted.Add(1) - sent.Load(); open > peak.Load() {
				peak.Store(open)
			}
		}
		return nil
	}), slow, quiet(), &x.metrics)
	if _, err := e.Invoke(t.Context(), sqsEvent(bodies("1")...)); err != nil {
		t.Fatal(err)
	}
	if sent.Load() != int64(n) {
		t.Errorf("%d sent, want %d", sent.Load(), n)
	}
	if limit := int64(memoryBytes/(4<<10)) + 10; peak.Load() > limit {
		t.Errorf("up to %d items in memory, want at most %d", peak.Load(), limit)
	}
}

type countingSQS struct {
	fakeSQS
	sent *atomic.Int64
}

func (c *countingSQS) Send(_ context.Context, _ string, messages []*sqs.Message) ([]sqs.Result, error) {
	c.sent.Add(int64(len(messages)))
	return make([]sqs.Result, len(messages)), nil
}

func TestGenerateBlocksWhileMemoryIsExhausted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.latency = time.Second
		var bytes, peak int
		large := strings.Repeat("x", 900_000)
		x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
			for range 50 {
				if err := generate(Invocation{Step: "sink", Data: large}); err != nil {
					return err
				}
				x.sqs.mu.Lock()
				bytes += len(large)
				peak = max(peak, bytes-len(x.sqs.accepted[sinkQueue])*len(large))
				x.sqs.mu.Unlock()
			}
			return nil
		}, bodies("1")...)
		if peak > memoryBytes || peak < memoryBytes/2 {
			t.Errorf("up to %d bytes in memory, want about %d", peak, memoryBytes)
		}
		if len(x.sqs.accepted[sinkQueue]) != 50 {
			t.Errorf("%d sent", len(x.sqs.accepted[sinkQueue]))
		}
	})
}

func TestBatchesStayWithinTheLimitsOfSQS(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.sqs.fault = func(_ int, _ string, messages []*sqs.Message) ([]sqs.Result, error) {
		total := 0
		for _, m := range messages {
			total += len(m.Body)
			for _, a := range m.Attributes {
				total += wire.AttributeBytes(a.Name, a.Type, len(a.Value))
			}
		}
		if total > wire.MaxMessageBytes || len(messages) > wire.MaxBatchEntries {
			t.Errorf("a batch of %d bytes and %d entries", total, len(messages))
		}
		return nil, nil
	}
	wantFailed(t, x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
		for i := range 40 {
			if err := generate(Invocation{Step: "sink", Data: strings.Repeat("x", i*26_000)}); err != nil {
				return err
			}
		}
		return nil
	}, bodies("1")...))
}

// TestPaceIsKeptForTheNextBatch sends items to services with a high latency and with
// throttling.
func TestPaceIsKeptForTheNextBatch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit            int // of calls at once that are not throttled
		minimum, maximum int // of calls at once that are wanted
	}{"far": {outbox.MaxCalls, 100, outbox.MaxCalls}, "throttling": {8, 8, 33}} {
		synctest.Test(t, func(t *testing.T) {
			x := newTrial()
			x.sqs.latency = 8 * time.Millisecond
			x.sqs.fault = func(_ int, _ string, messages []*sqs.Message) ([]sqs.Result, error) {
				if x.sqs.active >= c.limit { // in addition to this one
					return nil, &sqs.Error{Code: "RequestThrottled", Throttled: true}
				}
				return nil, nil
			}
			e := x.engine(generates(20_000))
			for range 2 {
				reply, err := e.Invoke(t.Context(), sqsEvent(bodies("1")...))
				if err != nil {
					t.Fatal(err)
				}
				wantFailed(t, failedIn(t, reply))
			}
			if got := x.sqs.peak; got < c.minimum || got > c.maximum {
				t.Errorf("%s: up to %d calls at once, want %d to %d", name, got, c.minimum, c.maximum)
			}
			if n := len(x.sqs.bodies(sinkQueue)); n != 40_000 {
				t.Errorf("%s: %d of 40,000 items sent", name, n)
			}
		})
	}
}
