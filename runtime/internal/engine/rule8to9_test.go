package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// refusal runs one generate and returns its error.
func refusal(t *testing.T, x *trial, from testItem, i Invocation) error {
	t.Helper()
	var got error
	x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
		got = generate(i)
		return nil
	}, from)
	return got
}

func TestRule8GenerateRefusesAtOnce(t *testing.T) {
	t.Parallel()
	item := testItem{body: "1", depth: 9}
	sized := func(body int) string { return strings.Repeat("x", body-2) } // two quotes
	attribute := wire.AttributeBytes(wire.AttributeDepth, "Number", len("10"))
	for name, c := range map[string]struct {
		i    Invocation
		want error
		text string
	}{
		"unknown step":       {Invocation{Step: "sinc"}, ErrUnknownStep, "may generate for ordered, sink, work; did you mean sink?"},
		"no step":            {Invocation{}, ErrUnknownStep, "ordered, sink, work"},
		"not JSON":           {Invocation{Step: "sink", Data: make(chan int)}, ErrNotJSON, "chan int"},
		"not a number":       {Invocation{Step: "sink", Data: math.NaN()}, ErrNotJSON, "NaN"},
		"broken raw JSON":    {Invocation{Step: "sink", Data: json.RawMessage("{")}, ErrNotJSON, "unexpected end"},
		"no raw JSON":        {Invocation{Step: "sink", Data: json.RawMessage{}}, ErrNotJSON, "unexpected end"},
		"a cycle":            {Invocation{Step: "sink", Data: cycle()}, ErrNotJSON, "cycle"},
		"nothing":            {Invocation{Step: "sink"}, nil, ""},
		"endless delay":      {Invocation{Step: "sink", Delay: 1<<63 - 1}, ErrDelay, "0 to 15m0s"},
		"as large as can be": {Invocation{Step: "sink", Data: sized(wire.MaxMessageBytes - attribute)}, nil, ""},
		"a byte too large":   {Invocation{Step: "sink", Data: sized(wire.MaxMessageBytes - attribute + 1)}, ErrTooLarge, "1048577 bytes, attributes included; SQS takes 1048576"},
		"longest delay":      {Invocation{Step: "sink", Delay: 900 * time.Second}, nil, ""},
		"longer delay":       {Invocation{Step: "sink", Delay: 900*time.Second + 1}, ErrDelay, "0 to 15m0s"},
		"negative delay":     {Invocation{Step: "sink", Delay: -1}, ErrDelay, "0 to 15m0s"},
		"delay on FIFO":      {Invocation{Step: "ordered", Delay: 1}, ErrDelay, "FIFO"},
		"longest group":      {Invocation{Step: "sink", Group: strings.Repeat("g", 128)}, nil, ""},
		"longer group":       {Invocation{Step: "sink", Group: strings.Repeat("g", 129)}, ErrGroup, "128"},
		"group with a space": {Invocation{Step: "ordered", Group: "a b"}, ErrGroup, "visible ASCII"},
	} {
		err := refusal(t, newTrial(), item, c.i)
		if !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		var r *Refusal
		if err != nil && (!errors.As(err, &r) || r.Step != c.i.Step || !strings.Contains(err.Error(), c.text)) {
			t.Errorf("%s: %q, want a Refusal with %q", name, err, c.text)
		}
	}
}

func cycle() any {
	m := map[string]any{}
	m["m"] = m
	return m
}

func TestRule8ChainsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		depth, limit int
		want         error
	}{{0, 1, nil}, {1, 1, ErrTooDeep}, {999, 1000, nil}, {1000, 1000, ErrTooDeep}, {5000, 0, nil}} {
		x := newTrial()
		x.config.MaxDepth = c.limit
		if err := refusal(t, x, testItem{body: "1", depth: c.depth}, Invocation{Step: "sink"}); !errors.Is(err, c.want) {
			t.Errorf("from depth %d with MaxDepth %d: %v, want %v", c.depth, c.limit, err, c.want)
		}
	}
}

type marshaler struct{}

func (marshaler) MarshalJSON() ([]byte, error) { return []byte("\"\uFFFE\xff\""), nil }

func TestRule8ForbiddenCharactersAreEscaped(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
		return errors.Join(
			generate(Invocation{Step: "sink", Data: "a\uFFFE\uFFFF\u0001\x7f&<>\xff𝄞"}),
			generate(Invocation{Step: "sink", Data: json.RawMessage("{\"\uFFFF\": \"\xed\xa0\x80\"}")}),
			generate(Invocation{Step: "sink", Data: marshaler{}}))
	}, bodies("1")...)
	want := []string{
		`"a\ufffe\uffff\u0001` + "\x7f" + `&<>\ufffd𝄞"`,
		`{"\uffff":"\ufffd\ufffd\ufffd"}`,
		`"\ufffe\ufffd"`,
	}
	if got := x.sqs.bodies(sinkQueue); !slices.Equal(got, want) {
		t.Errorf("sent %q\nwant %q", got, want)
	}
}

func TestRule9BackOffGrowsWithJitter(t *testing.T) {
	t.Parallel()
	for attempt, most := range map[int]int32{1: 10, 2: 20, 3: 40, 4: 80, 50: 100} {
		seen := map[int32]bool{}
		for range 50 {
			x := newTrial()
			x.config.MinDelay, x.config.MaxDelay, x.config.MaxAttempts = 10*time.Second, 100*time.Second, 1000
			wantFailed(t, x.run(t, t.Context(), byBody(map[string]error{"1": errBroken}), testItem{body: "1", attempt: attempt}), "m0")
			after := x.sqs.returned["r-m0"]
			if after < most/2 || after > most {
				t.Errorf("after attempt %d the item comes back after %d s, want %d to %d", attempt, after, most/2, most)
			}
			seen[after] = true
		}
		if len(seen) < 3 {
			t.Errorf("after attempt %d always after %v", attempt, seen)
		}
	}
}

// TestRule9BackOffBeginsAtOnce: the change of visibility must not wait for the
// other items of the batch, and a failing call changes nothing else.
func TestRule9BackOffBeginsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.returnFault = errors.New("throttled")
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

func TestRule9RetryAfter(t *testing.T) {
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
				t.Errorf("RetryAfter(%v): comes back after %d s, want %d", d, got, want)
			}
			if after := logged(t, &x.log)[0]["afterSeconds"].(float64); math.Ceil(after) != float64(want) {
				t.Errorf("RetryAfter(%v): the log says that it comes back after %v s, want %d", d, after, want)
			}
		})
	}
}

func TestRule9DeadLetters(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err     error
		attempt int
		dead    bool
		kind    string
	}{
		"error":            {errBroken, 4, false, ""},
		"last attempt":     {errBroken, 5, true, "*errors.errorString"},
		"beyond the last":  {errBroken, 9, true, "*errors.errorString"},
		"drop":             {&Drop{errBroken}, 1, true, "*errors.errorString"},
		"wrapped drop":     {fmt.Errorf("w: %w", &Drop{errBroken}), 1, true, "*fmt.wrapError"},
		"drop in a retry":  {&RetryAfter{time.Hour, &Drop{errBroken}}, 1, true, "*errors.errorString"},
		"retry in a drop":  {&Drop{&RetryAfter{time.Hour, errBroken}}, 1, true, "*errors.errorString"},
		"joined drop":      {errors.Join(&RetryAfter{time.Hour, errBroken}, &Drop{errBroken}), 1, true, "*errors.joinError"},
		"last retry after": {&RetryAfter{time.Hour, errBroken}, 5, true, "*errors.errorString"},
	} {
		x := newTrial()
		item := testItem{body: `{"a": 1}`, attempt: c.attempt, depth: 3, attributes: map[string]string{"own": "value"}}
		failed := x.run(t, t.Context(), byBody(map[string]error{item.body: c.err}), item)
		letters := x.sqs.accepted[deadQueue]
		if !c.dead {
			wantFailed(t, failed, "m0")
			if len(letters) != 0 {
				t.Errorf("%s: dead letters %+v", name, letters)
			}
			continue
		}
		wantFailed(t, failed)
		if len(letters) != 1 || letters[0].Body != item.body {
			t.Fatalf("%s: dead letters %+v", name, letters)
		}
		got := map[string]string{}
		for _, a := range letters[0].Attributes {
			got[a.Name] = a.Value
		}
		for attribute, want := range map[string]string{
			"star.error": c.err.Error(), "star.error.type": c.kind, "star.attempts": fmt.Sprint(c.attempt),
			"star.message.id": "m0", "star.depth": "3", "own": "value",
		} {
			if got[attribute] != want {
				t.Errorf("%s: %s is %q, want %q", name, attribute, got[attribute], want)
			}
		}
	}
}

func TestRule9FailedBurialFailsTheItem(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.sqs.fault = func(_ int, queue string, messages []*Message) ([]Sent, error) {
		return nil, &SendError{Code: "AccessDenied", Queue: true}
	}
	failed := x.run(t, t.Context(), byBody(map[string]error{"1": &Drop{errBroken}}), bodies("0", "1")...)
	wantFailed(t, failed, "m1")
	if log := x.log.String(); !strings.Contains(log, "broken") || !strings.Contains(log, deadQueue) || !strings.Contains(log, "AccessDenied") {
		t.Errorf("the log does not say why: %s", log)
	}
}

func TestRule9WithoutDeadLetterQueue(t *testing.T) {
	t.Parallel()
	drop := map[string]error{"1": &Drop{errBroken}, "2": errBroken}
	for name, c := range map[string]struct {
		redrive bool
		want    []string
		after   int32 // most
	}{
		"none at all":      {false, []string{"m1"}, 16},
		"SQS dead-letters": {true, []string{"m0", "m1"}, 0},
	} {
		x := newTrial()
		x.config.DeadLetterQueue, x.config.Redrive = "", c.redrive
		failed := x.run(t, t.Context(), byBody(drop), testItem{body: "1"}, testItem{body: "2", attempt: 5})
		wantFailed(t, failed, c.want...)
		if after, ok := x.sqs.returned["r-m1"]; !ok || after > c.after || after < c.after/2 {
			t.Errorf("%s: the failed item comes back after %d s, want about %d", name, after, c.after)
		}
		if !c.redrive && !(strings.Contains(x.log.String(), `"level":"ERROR"`) && strings.Contains(x.log.String(), `"body":"1"`)) {
			t.Errorf("a dropped item is not logged: %s", x.log.String())
		}
	}
}

func TestRule9DropDoesNotStopItsGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dead    string
		redrive bool // SQS makes the dead letter, when the item has come back often enough
		failed  []string
	}{{deadQueue + ".fifo", false, nil}, {"", true, []string{"a1"}}, {"", false, nil}} {
		x := newTrial()
		x.config.DeadLetterQueue, x.config.Redrive = c.dead, c.redrive
		var seen recorder
		failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
			if seen.add(data) == "a1" {
				return &Drop{errBroken}
			}
			return nil
		}, fifoItems("a1", "a2", "a3")...)
		wantFailed(t, failed, c.failed...)
		if got := seen.of("a"); !slices.Equal(got, []string{"a1", "a2", "a3"}) {
			t.Errorf("handled %v", got)
		}
		letters := x.sqs.accepted[deadQueue+".fifo"]
		if c.dead != "" && (len(letters) != 1 || letters[0].Group != "a" || letters[0].Deduplication != "a1") {
			t.Errorf("dead letters %+v", letters)
		}
	}
}

func TestRule9IgnoreErrors(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.config.IgnoreErrors = true
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
		switch string(data) {
		case "1":
			return errBroken
		case "2":
			panic("boom")
		case "3":
			return &Drop{errBroken}
		case "4":
			return &RetryAfter{time.Hour, errBroken}
		}
		return nil
	}, append(numbered(5), testItem{body: "1", attempt: 5})...)
	wantFailed(t, failed, "m4")
	if got := x.sqs.bodies(deadQueue); !slices.Equal(got, []string{"3"}) {
		t.Errorf("dead letters %v, want the dropped item alone", got)
	}
}
