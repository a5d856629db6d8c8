package tests

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

func itemsRunAtTheSameTime(t *testing.T, l language) {
	meet := item{"do": "meet", "name": "here", "n": 3}
	if failed := start(t, l).batch(meet, meet, meet); failed != nil {
		t.Errorf("failed: %v", failed)
	}
}

func replyListsExactlyTheFailed(t *testing.T, l language) {
	f := start(t, l)
	fail, ok := item{"do": "fail", "text": "no"}, item{"do": "ok"}
	for _, c := range []struct {
		batch []any
		want  []int
	}{{[]any{ok}, nil}, {[]any{ok, fail, ok, item{"do": "reject", "text": "no"}}, []int{1, 3}}, {[]any{fail, fail}, []int{0, 1}}} {
		if failed := f.batch(c.batch...); !slices.Equal(failed, c.want) {
			t.Errorf("failed: %v, want %v", failed, c.want)
		}
	}
}

func failureIsTheItemsAlone(t *testing.T, l language) {
	f := start(t, l)
	failed := f.batch(item{"do": "ok"}, item{"do": "fail", "text": "it was I"}, `{"do": "ok`, item{"do": "generate", "items": []any{next(1)}})
	if !slices.Equal(failed, []int{1, 2}) {
		t.Errorf("failed: %v", failed)
	}
	if got := f.bodies(nextQueue); !slices.Equal(got, []string{"1"}) {
		t.Errorf("the other item generated %v", got)
	}
	for _, want := range []string{"it was I", `"stack":"`} {
		if !strings.Contains(f.logs.String(), want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	// The items meet only in the same process.
	meet := item{"do": "meet", "name": "later", "n": 2}
	if failed := f.batch(meet, meet); failed != nil {
		t.Errorf("afterwards failed: %v", failed)
	}
}

func unfinishedItemsFailAtTheDeadline(t *testing.T, l language) {
	f := startFunction(t, l, 3*time.Second, nil)
	f.batch(item{"do": "ok"}) // so that the next batch does not include the start of the process
	failed := f.batch(item{"do": "generate", "items": []any{next(1)}}, item{"do": "late"}, item{"do": "deaf"}, item{"do": "ok"})
	if !slices.Equal(failed, []int{1, 2}) {
		t.Errorf("failed: %v", failed)
	}
	if failed := f.batch(item{"do": "ok"}, item{"do": "generate", "items": []any{next(2)}}); failed != nil {
		t.Errorf("afterwards failed: %v", failed)
	}
	if got := f.bodies(nextQueue); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("generated %v", got)
	}
	if !strings.Contains(f.logs.String(), "refused: Ended") {
		t.Error("the late item was not refused")
	}
}

// stoppedHandlerHasNotFinished: a handler whose loop ends at the deadline returns as
// if it had finished.
func stoppedHandlerHasNotFinished(t *testing.T, l language) {
	f := startFunction(t, l, 3*time.Second, map[string]string{wire.EnvIgnoreErrors: "true"})
	f.batch(item{"do": "ok"}) // so that the next batch does not include the start of the process
	if failed := f.batch(item{"do": "obey"}, item{"do": "ok"}); !slices.Equal(failed, []int{0}) {
		t.Errorf("failed: %v", failed)
	}
}

// endOfTheProcessFailsOpenItems: the end of a Go program fails the invocation, because
// it is the process that Lambda started. In other languages that is the dispatcher,
// which keeps running.
func endOfTheProcessFailsOpenItems(t *testing.T, l language) {
	f := start(t, l)
	if l.interpreter == "" {
		if r := f.invoke(item{"do": "exit"}); !strings.Contains(string(r.Payload), "Runtime.ExitError") {
			t.Errorf("answered %s", r.Payload)
		}
	} else if failed := f.batch(item{"do": "exit"}); !slices.Equal(failed, []int{0}) {
		t.Errorf("failed: %v", failed)
	} else if !strings.Contains(f.logs.String(), "code 3") {
		t.Error("the log does not say how the process ended")
	}
	if failed := f.batch(item{"do": "ok"}, item{"do": "generate", "items": []any{next(1)}}); failed != nil {
		t.Errorf("afterwards failed: %v", failed)
	}
}

func anyOtherEventIsOneItem(t *testing.T, l language) {
	f := start(t, l)
	if r := f.invoke(item{"do": "generate", "items": []any{next(1)}}); r.FunctionError != "" || string(r.Payload) != "null" {
		t.Errorf("answered %s", r.Payload)
	}
	if got := f.bodies(nextQueue); !slices.Equal(got, []string{"1"}) {
		t.Errorf("generated %v", got)
	}
	if r := f.invoke(item{"do": "reject", "text": "not this one"}); r.FunctionError == "" || !strings.Contains(string(r.Payload), "not this one") ||
		l.interpreter != "" && !strings.Contains(string(r.Payload), `"errorType":"TypeError"`) {
		t.Errorf("answered %s", r.Payload)
	}
}

func handlerKnowsItsItem(t *testing.T, l language) {
	f := start(t, l)
	before := time.Now().Add(-time.Second).UnixMilli()
	f.batch(item{"do": "about"})
	var item struct {
		Job, Step, MessageID string
		Attempt, Depth       int
		FirstSent            int64
	}
	if bodies := f.bodies(nextQueue); len(bodies) != 1 || json.Unmarshal([]byte(bodies[0]), &item) != nil {
		t.Fatalf("got %v", bodies)
	}
	if item.Job != "Job" || item.Step != "step" || item.MessageID == "" || item.Attempt != 1 || item.Depth != 0 || item.FirstSent < before {
		t.Errorf("got %+v", item)
	}
}
