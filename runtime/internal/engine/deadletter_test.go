package engine

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/serverless-star/starjob/runtime/internal/event"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

// letterSize returns the size of a message as SQS counts it.
func letterSize(m sqs.Message) int {
	n := len(m.Body)
	for _, a := range m.Attributes {
		n += wire.AttributeBytes(a.Name, a.Type, max(len(a.Value), len(a.Binary)))
	}
	return n
}

func TestDeadLettersFitIntoSQS(t *testing.T) {
	t.Parallel()
	var many []sqs.Attribute
	for i := range 10 {
		many = append(many, sqs.Attribute{Name: fmt.Sprint("own", i), Type: "String", Value: strings.Repeat("v", 50_000)})
	}
	for _, body := range []int{1, 1000, 600_000, wire.MaxMessageBytes - 1000, wire.MaxMessageBytes - 40, wire.MaxMessageBytes - 1, wire.MaxMessageBytes} {
		for _, text := range []string{"", "short", strings.Repeat("ü", 1<<20)} {
			m := &event.Message{MessageID: "id", Attempt: 5, Body: strings.Repeat("b", body), Attributes: many}
			e := deadLetterEntry(m, "work", errors.New(text), deadQueue)
			if size := letterSize(e.Message); size > wire.MaxMessageBytes || size != e.Bytes || len(e.Attributes) > wire.MaxAttributes {
				t.Errorf("body %d, error %d: %d bytes (counted %d), %d attributes", body, len(text), size, e.Bytes, len(e.Attributes))
			}
			if e.Body != m.Body {
				t.Error("the body has changed")
			}
			for _, a := range e.Attributes {
				if a.Value == "" || !utf8.ValidString(a.Value) {
					t.Errorf("attribute %s is %q", a.Name, a.Value)
				}
			}
		}
	}
}

func TestDeadLettersSayMoreOfTheErrorThanOfTheItem(t *testing.T) {
	t.Parallel()
	m := &event.Message{MessageID: "id", Attempt: 5, Body: "1"}
	for i := range 10 {
		m.Attributes = append(m.Attributes, sqs.Attribute{Name: fmt.Sprint("own", i), Type: "Binary", Binary: []byte{0}})
	}
	m.Attributes = append(m.Attributes, sqs.Attribute{Name: wire.AttributeError, Type: "String", Value: "of an earlier life"})
	e := deadLetterEntry(m, "work", errors.New("bad \x00\uFFFE thing"), deadQueue)
	got := map[string]sqs.Attribute{}
	for _, a := range e.Attributes {
		got[a.Name] = a
	}
	if len(got) != 10 || got["star.error"].Value != "bad \uFFFD\uFFFD thing" || got["star.attempts"].Value != "5" || got["own0"].Binary == nil {
		t.Errorf("attributes %+v", e.Attributes)
	}
}

func TestLastAttemptAndDropMakeDeadLetters(t *testing.T) {
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

func TestItemFailsIfItCannotBeDeadLettered(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.sqs.fault = func(_ int, queue string, messages []*sqs.Message) ([]sqs.Result, error) {
		return nil, &sqs.Error{Code: "AccessDenied", Queue: true}
	}
	failed := x.run(t, t.Context(), byBody(map[string]error{"1": &Drop{errBroken}}), bodies("0", "1")...)
	wantFailed(t, failed, "m1")
	if log := x.log.String(); !strings.Contains(log, "broken") || !strings.Contains(log, deadQueue) || !strings.Contains(log, "AccessDenied") {
		t.Errorf("the log does not say why: %s", log)
	}
}

func TestWithoutDeadLetterQueue(t *testing.T) {
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
			t.Errorf("%s: the failed item is visible again after %d s, want about %d", name, after, c.after)
		}
		if !c.redrive && !(strings.Contains(x.log.String(), `"level":"ERROR"`) && strings.Contains(x.log.String(), `"body":"1"`)) {
			t.Errorf("a dropped item is not logged: %s", x.log.String())
		}
	}
}
