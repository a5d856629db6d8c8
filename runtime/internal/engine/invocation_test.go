package engine

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
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

func TestGenerateRefusesAtOnce(t *testing.T) {
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
		"endless delay":      {Invocation{Step: "sink", Delay: 1<<63 - 1}, ErrDelay, "0s to 15m0s"},
		"as large as can be": {Invocation{Step: "sink", Data: sized(wire.MaxMessageBytes - attribute)}, nil, ""},
		"a byte too large":   {Invocation{Step: "sink", Data: sized(wire.MaxMessageBytes - attribute + 1)}, ErrTooLarge, "1048577 bytes with attributes (allowed: up to 1048576)"},
		"longest delay":      {Invocation{Step: "sink", Delay: 900 * time.Second}, nil, ""},
		"longer delay":       {Invocation{Step: "sink", Delay: 900*time.Second + 1}, ErrDelay, "0s to 15m0s"},
		"negative delay":     {Invocation{Step: "sink", Delay: -1}, ErrDelay, "0s to 15m0s"},
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

func TestChainsEndAtMaxDepth(t *testing.T) {
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

func TestForbiddenCharactersAreEscaped(t *testing.T) {
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

func TestBodyIsTheItemOnly(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.run(t, t.Context(), func(ctx context.Context, data []byte, generate Generate) error {
		if string(data) != `{"any": "producer"}` {
			t.Errorf("handled %s", data)
		}
		return generate(Invocation{Step: "sink", Data: map[string]any{"a": "<b>"}, Delay: 1500 * time.Millisecond, Group: "tenant"})
	}, testItem{body: `{"any": "producer"}`, depth: 4})
	got := x.sqs.accepted[sinkQueue][0]
	want := sqs.Message{Body: `{"a":"<b>"}`, Delay: 2, Group: "tenant"}
	depth := sqs.Attribute{Name: "star.depth", Type: "Number", Value: "5"}
	if got.Body != want.Body || got.Delay != want.Delay || got.Group != want.Group || got.Deduplication != "" ||
		len(got.Attributes) != 1 || got.Attributes[0].Name != depth.Name || got.Attributes[0].Value != depth.Value || got.Attributes[0].Type != depth.Type {
		t.Errorf("sent %+v", got)
	}
}

func TestDefaultGroups(t *testing.T) {
	t.Parallel()
	x := newTrial()
	toOrdered := func(_ context.Context, _ []byte, generate Generate) error {
		return generate(Invocation{Step: "ordered", Data: 1})
	}
	x.run(t, t.Context(), toOrdered, fifoItems("a1")...)
	x.run(t, t.Context(), toOrdered, bodies("1")...)
	got := x.sqs.accepted[fifoQueue]
	if len(got) != 2 || got[0].Group != "a" || got[1].Group != "ordered" {
		t.Errorf("sent %+v", got)
	}
}

func TestJSONIsNotEncodedAgain(t *testing.T) {
	t.Parallel()
	c := newComposer(Config{})
	if got, err := c.encode(JSON("{\"a\": \"<\uFFFE>\"}")); got != `{"a": "<\ufffe>"}` || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := c.encode(JSON(nil)); err == nil {
		t.Errorf("%q", got)
	}
}

// TestEncodersMayPanic: the panic counts as a panic of the handler.
func TestEncodersMayPanic(t *testing.T) {
	t.Parallel()
	x := newTrial()
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, generate Generate) error {
		if string(data) == "1" {
			return generate(Invocation{Step: "sink", Data: explosive{}})
		}
		return generate(Invocation{Step: "sink", Data: string(data)})
	}, numbered(3)...)
	wantFailed(t, failed, "m1")
	if got := x.sqs.bodies(sinkQueue); len(got) != 2 {
		t.Errorf("sent %v", got)
	}
}

type explosive struct{}

func (explosive) MarshalJSON() ([]byte, error) { panic("boom") }
