package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

func TestRule5UnfinishedItemsFailBeforeTheDeadline(t *testing.T) {
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
				case "1": // hears of the end
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
			if !slices.Contains(failed, "m2") || slices.Contains(failed, "m0") || slices.Contains(failed, "m3") {
				t.Errorf("failed %v", failed)
			}
			if len(x.sqs.bodies(sinkQueue)) != 0 {
				t.Errorf("sent %v", x.sqs.bodies(sinkQueue))
			}
			if x.sqs.returned["r-m2"] != 1 {
				t.Errorf("unfinished items come back after %v", x.sqs.returned)
			}
		})
	}
}

// TestRule5StoppedIsNotIgnored: an error that the end of the time caused is not
// the kind that IgnoreErrors is for.
func TestRule5StoppedIsNotIgnored(t *testing.T) {
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

func TestRule5UnconfirmedSendsFailTheirItem(t *testing.T) {
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

func TestRule5LastAttemptIsBuriedInTime(t *testing.T) {
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

// TestRule5NothingBeginsAfterTheCutOff: a dead letter that is under way at the
// cut-off may still arrive, but the rest of its group must not be handled then.
func TestRule5NothingBeginsAfterTheCutOff(t *testing.T) {
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

func TestRule6BatchesLeaveFullAtOnceAndPartFullSoon(t *testing.T) {
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

func TestRule6LastItemsLeaveWithTheHandler(t *testing.T) {
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
			t.Errorf("%d calls for what two handlers generated together", len(x.sqs.calls))
		}
	})
}

// TestRule6FIFOGroupsDoNotLinger: the items of one group go one by one, and must
// not wait for anything but SQS.
func TestRule6FIFOGroupsDoNotLinger(t *testing.T) {
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
		if took := time.Since(began); took > 20*10*time.Millisecond+linger || len(x.sqs.calls) != 20 {
			t.Errorf("20 items in each of 5 groups took %v and %d calls", took, len(x.sqs.calls))
		}
	})
}

// TestRule6MillionItemsInConstantMemory counts what is accepted by generate and
// not yet by SQS.
func TestRule6MillionItemsInConstantMemory(t *testing.T) {
	t.Parallel()
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	x := newTrial()
	var accepted, sent, peak atomic.Int64
	slow := &countingSQS{sent: &sent}
	e := New(x.config, func(_ context.Context, _ []byte, generate Generate) error {
		for i := range n {
			if err := generate(Invocation{Step: "sink", Data: i}); err != nil {
				return err
			}
			if open := accepted.Add(1) - sent.Load(); open > peak.Load() {
				peak.Store(open)
			}
		}
		return nil
	}, slow, quiet(), &x.metrics)
	if _, err := e.Invoke(t.Context(), event(bodies("1")...)); err != nil {
		t.Fatal(err)
	}
	if sent.Load() != int64(n) {
		t.Errorf("%d sent, want %d", sent.Load(), n)
	}
	if most := int64(roomBytes/entryBytes) + 10; peak.Load() > most {
		t.Errorf("up to %d items in memory, want at most %d", peak.Load(), most)
	}
}

type countingSQS struct {
	fakeSQS
	sent *atomic.Int64
}

func (c *countingSQS) Send(_ context.Context, _ string, messages []*Message) ([]Sent, error) {
	c.sent.Add(int64(len(messages)))
	return make([]Sent, len(messages)), nil
}

func TestRule6GenerateBlocksWhileTheBufferIsFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.latency = time.Second
		var bytes, most int
		large := strings.Repeat("x", 900_000)
		x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
			for range 50 {
				if err := generate(Invocation{Step: "sink", Data: large}); err != nil {
					return err
				}
				x.sqs.mu.Lock()
				bytes += len(large)
				most = max(most, bytes-len(x.sqs.accepted[sinkQueue])*len(large))
				x.sqs.mu.Unlock()
			}
			return nil
		}, bodies("1")...)
		if most > roomBytes || most < roomBytes/2 {
			t.Errorf("up to %d bytes in memory, want about %d", most, roomBytes)
		}
		if len(x.sqs.accepted[sinkQueue]) != 50 {
			t.Errorf("%d sent", len(x.sqs.accepted[sinkQueue]))
		}
	})
}

func TestRule6BatchesStayWithinSQSsLimits(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.sqs.fault = func(_ int, _ string, messages []*Message) ([]Sent, error) {
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

func TestRule7RejectedEntriesAreRetriedAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.fault = func(call int, _ string, messages []*Message) ([]Sent, error) {
			sent := make([]Sent, len(messages))
			for i, m := range messages {
				if call < 4 && (m.Body == "3" || m.Body == "4") {
					sent[i].Err = &SendError{Code: "InternalError"}
				}
			}
			return sent, nil
		}
		wantFailed(t, x.run(t, t.Context(), generates(10), bodies("1")...))
		if len(x.sqs.calls) != 4 || !slices.Equal(x.sqs.calls[1].bodies, []string{"3", "4"}) || !slices.Equal(x.sqs.calls[3].bodies, []string{"3", "4"}) {
			t.Errorf("calls %+v", x.sqs.calls)
		}
		for i := 1; i < 4; i++ {
			most := exponential(firstRest, longRest, i)
			if rest := x.sqs.calls[i].at.Sub(x.sqs.calls[i-1].at); rest < most/2 || rest > most {
				t.Errorf("rest %d took %v, want %v to %v", i, rest, most/2, most)
			}
		}
		if len(x.sqs.bodies(sinkQueue)) != 10 {
			t.Errorf("sent %v", x.sqs.bodies(sinkQueue))
		}
	})
}

// generates is a handler that generates n items for the sink.
func generates(n int) Handler {
	return func(_ context.Context, _ []byte, generate Generate) error {
		for i := range n {
			if err := generate(Invocation{Step: "sink", Data: i}); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestRule7LostEntryFailsItsItemAlone(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(int, string, []*Message) ([]Sent, error){
		"entry refused": refuses(`"poison"`),
		"batch refused": func(_ int, _ string, messages []*Message) ([]Sent, error) {
			for _, m := range messages {
				if m.Body == `"poison"` {
					return nil, &SendError{Code: "InvalidParameterValue", Permanent: true}
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

func TestRule7MissingQueueFailsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.fault = func(int, string, []*Message) ([]Sent, error) {
			return nil, &SendError{Code: "QueueDoesNotExist", Queue: true}
		}
		began := time.Now()
		wantFailed(t, x.run(t, t.Context(), generates(10), bodies("1")...), "m0")
		if time.Since(began) != 0 || len(x.sqs.calls) != 1 {
			t.Errorf("%d calls in %v", len(x.sqs.calls), time.Since(began))
		}
	})
}

// TestRule7NoneIsAcknowledgedBeforeItsItems: the reply must not leave before the
// last entry was accepted, however the calls before it ended.
func TestRule7NoneIsAcknowledgedBeforeItsItems(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.latency = time.Second
		x.sqs.fault = func(call int, _ string, _ []*Message) ([]Sent, error) {
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

// TestRule7FailedHandlersWaitToo: an item that is dropped or ignored is
// acknowledged, so what it generated before must be safe as well.
func TestRule7FailedHandlersWaitToo(t *testing.T) {
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

// TestRule7ACallThatHangsIsGivenUp: with no deadline near, a dead connection
// must not hold its items.
func TestRule7ACallThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.latency = 24 * time.Hour
		go func() { time.Sleep(time.Second); x.sqs.mu.Lock(); x.sqs.latency = 0; x.sqs.mu.Unlock() }()
		began := time.Now()
		wantFailed(t, x.run(t, t.Context(), generates(1), bodies("1")...))
		if took := time.Since(began); took > callTimeout+longRest {
			t.Errorf("took %v", took)
		}
	})
}
