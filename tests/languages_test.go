package tests

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

// TestRulesInEveryLanguage holds what docs/handlers.md promises against handlers
// in each language, through the binaries that are deployed, a Runtime API and a
// queue service.
func TestRulesInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, l := range languages {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			for name, rule := range rules {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					rule(t, l)
				})
			}
		})
	}
}

// plain is a function with a timeout that no test comes near to.
func plain(t *testing.T, l language) *work { return startWork(t, l, time.Minute, nil) }

func next(data any) order { return order{"step": "next", "data": data} }

var rules = map[string]func(*testing.T, language){
	"a body is the item's JSON and nothing else":     bodyIsJSON,
	"items run at the same time":                     together,
	"the reply lists exactly the failed items":       exactReply,
	"a failure is the item's alone":                  failsAlone,
	"unfinished items fail at the deadline":          deadline,
	"generated items exist when the reply leaves":    generatedExist,
	"what cannot be sent fails its own item":         lostSend,
	"what cannot be sent is refused at once":         refusals,
	"characters that SQS forbids are escaped":        forbidden,
	"failed items come back when they should":        backOff,
	"dropped and last attempts are dead letters":     deadLetters,
	"IgnoreErrors forgives handlers and not sends":   ignoreErrors,
	"any other event is one item":                    direct,
	"the generate function needs no handler":         generateFunction,
	"logs and metrics name step and message":         logged,
	"a handler knows about its item":                 about,
	"a program that ends takes only open items":      ends,
	"an order of generated items is kept in a group": groupOrder,
	"a stopped handler is not done, if it says so":   stoppedIsNotDone,
	"an error may be long and of any characters":     anyError,
	"what nothing is asked of does nothing":          nothing,
}

func bodyIsJSON(t *testing.T, l language) {
	w := plain(t, l)
	data := map[string]any{"text": "ü 😀 \"quoted\" <&>", "list": []any{1, 2.5, nil, true}}
	if failed := w.batch(order{"do": "generate", "items": []any{next(data), next(nil), next("text")}}); failed != nil {
		t.Fatal("failed")
	}
	messages := w.take(w.next)
	if len(messages) != 3 {
		t.Fatalf("%d messages, want 3", len(messages))
	}
	for i, want := range []any{"text", nil, data} {
		var got any
		if err := json.Unmarshal([]byte(messages[i].Body), &got); err != nil {
			t.Fatal(err)
		}
		if a, b := fmt.Sprint(got), fmt.Sprint(want); a != b {
			t.Errorf("message %d is %s, want %s", i, a, b)
		}
		if a := messages[i].Attributes; len(a) != 1 || a[wire.AttributeDepth].StringValue != "1" {
			t.Errorf("attributes are %v", a)
		}
	}
}

func together(t *testing.T, l language) {
	meet := order{"do": "meet", "name": "here", "n": 3}
	if failed := plain(t, l).batch(meet, meet, meet); failed != nil {
		t.Errorf("failed: %v", failed)
	}
}

func exactReply(t *testing.T, l language) {
	w := plain(t, l)
	fail, ok := order{"do": "fail", "text": "no"}, order{"do": "ok"}
	for _, c := range []struct {
		batch []any
		want  []int
	}{{[]any{ok}, nil}, {[]any{ok, fail, ok, order{"do": "reject", "text": "no"}}, []int{1, 3}}, {[]any{fail, fail}, []int{0, 1}}} {
		if failed := w.batch(c.batch...); !slices.Equal(failed, c.want) {
			t.Errorf("failed: %v, want %v", failed, c.want)
		}
	}
}

func failsAlone(t *testing.T, l language) {
	w := plain(t, l)
	failed := w.batch(order{"do": "ok"}, order{"do": "fail", "text": "it was I"}, `{"do": "ok`, order{"do": "generate", "items": []any{next(1)}})
	if !slices.Equal(failed, []int{1, 2}) {
		t.Errorf("failed: %v", failed)
	}
	if got := w.bodies(w.next); !slices.Equal(got, []string{"1"}) {
		t.Errorf("the neighbour generated %v", got)
	}
	for _, want := range []string{"it was I", `"stack":"`} {
		if !strings.Contains(w.printed(), want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	// Both know of a meeting only if they are in the same process.
	meet := order{"do": "meet", "name": "later", "n": 2}
	if failed := w.batch(meet, meet); failed != nil {
		t.Errorf("afterwards failed: %v", failed)
	}
}

func deadline(t *testing.T, l language) {
	w := startWork(t, l, 3*time.Second, nil)
	w.batch(order{"do": "ok"}) // the process's start is no part of what follows
	failed := w.batch(order{"do": "generate", "items": []any{next(1)}}, order{"do": "late"}, order{"do": "deaf"}, order{"do": "ok"})
	if !slices.Equal(failed, []int{1, 2}) {
		t.Errorf("failed: %v", failed)
	}
	if failed := w.batch(order{"do": "ok"}, order{"do": "generate", "items": []any{next(2)}}); failed != nil {
		t.Errorf("afterwards failed: %v", failed)
	}
	if got := w.bodies(w.next); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("generated %v", got)
	}
	if !strings.Contains(w.printed(), "refused: Ended") {
		t.Error("what came too late was not refused")
	}
}

func backOff(t *testing.T, l language) {
	w := startWork(t, l, time.Minute, map[string]string{wire.EnvMinDelay: "3000", wire.EnvMaxDelay: "3000"})
	if failed := w.batch(order{"do": "fail", "text": "no"}, order{"do": "retry", "after": 0}, order{"do": "retry", "after": 1000}); !slices.Equal(failed, []int{0, 1, 2}) {
		t.Fatalf("failed: %v", failed)
	}
	if got := w.bodies(w.step); len(got) != 1 || !strings.Contains(got[0], `"after":0`) {
		t.Errorf("back at once are %v", got)
	}
}

func deadLetters(t *testing.T, l language) {
	w := startWork(t, l, time.Minute, map[string]string{wire.EnvMaxAttempts: "2", wire.EnvMinDelay: "0", wire.EnvMaxDelay: "0"})
	drop, fail := order{"do": "drop", "text": "hopeless"}, order{"do": "reject", "text": "no luck"}
	if failed := w.batch(drop, fail); !slices.Equal(failed, []int{1}) {
		t.Fatalf("at first failed: %v", failed)
	}
	if failed := w.receive(1); failed != nil {
		t.Fatalf("the last attempt came back")
	}
	letters := w.take(w.dead)
	if len(letters) != 2 {
		t.Fatalf("%d dead letters, want 2", len(letters))
	}
	types := map[string][2]string{
		"Go": {"*errors.errorString", "panic"}, "JavaScript": {"RangeError", "TypeError"},
		"Python": {"ValueError", "TypeError"}, "Python async": {"ValueError", "TypeError"},
	}[l.name]
	for i, want := range []struct{ body, text, attempts string }{{`{"do":"drop"`, "hopeless", "1"}, {`{"do":"reject"`, "no luck", "2"}} {
		a := letters[i].Attributes
		if !strings.HasPrefix(letters[i].Body, want.body) || !strings.Contains(a[wire.AttributeError].StringValue, want.text) ||
			a[wire.AttributeErrorType].StringValue != types[i] || a[wire.AttributeAttempts].StringValue != want.attempts {
			t.Errorf("dead letter %d is %s with %v", i, letters[i].Body, a)
		}
	}
}

func ignoreErrors(t *testing.T, l language) {
	w := startWork(t, l, time.Minute, map[string]string{wire.EnvIgnoreErrors: "true"})
	failed := w.batch(order{"do": "fail", "text": "no"}, order{"do": "generate", "items": []any{order{"step": "gone", "data": 1}}},
		order{"do": "retry", "after": 1}, order{"do": "drop", "text": "hopeless"}, order{"do": "generateAndFail", "items": []any{next(1)}, "text": "no"})
	if !slices.Equal(failed, []int{1, 2}) {
		t.Errorf("failed: %v", failed)
	}
	if n, dead := len(w.take(w.next)), len(w.take(w.dead)); n != 1 || dead != 1 {
		t.Errorf("%d generated and %d dead, want one each", n, dead)
	}
}

func direct(t *testing.T, l language) {
	w := plain(t, l)
	if r := w.invoke(order{"do": "generate", "items": []any{next(1)}}); r.FunctionError != "" || string(r.Payload) != "null" {
		t.Errorf("answered %s", r.Payload)
	}
	if got := w.bodies(w.next); !slices.Equal(got, []string{"1"}) {
		t.Errorf("generated %v", got)
	}
	if r := w.invoke(order{"do": "reject", "text": "not this one"}); r.FunctionError == "" || !strings.Contains(string(r.Payload), "not this one") ||
		l.interpreter != "" && !strings.Contains(string(r.Payload), `"errorType":"TypeError"`) {
		t.Errorf("answered %s", r.Payload)
	}
}

func generateFunction(t *testing.T, l language) {
	w := startWork(t, l, time.Minute, map[string]string{wire.EnvHandler: wire.GenerateHandler})
	r := w.invoke([]order{next("a"), next("b")})
	var answer struct{ MessageIDs []string }
	if err := json.Unmarshal(r.Payload, &answer); err != nil || len(answer.MessageIDs) != 2 || r.FunctionError != "" {
		t.Errorf("answered %s", r.Payload)
	}
	if got := w.bodies(w.next); !slices.Equal(got, []string{`"a"`, `"b"`}) {
		t.Errorf("sent %v", got)
	}
}

func logged(t *testing.T, l language) {
	w := plain(t, l)
	w.batch(order{"do": "log", "text": "mind the gap"}, order{"do": "noise"}, order{"do": "reject", "text": "no luck"})
	var metrics, own, failure map[string]any
	for line := range strings.Lines(w.printed()) {
		// What a handler prints without an end stands before a line of StarJob's.
		line = strings.ReplaceAll(line, "half a line", "")
		var fields map[string]any
		if json.Unmarshal([]byte(line), &fields) != nil {
			continue
		}
		switch {
		case fields["_aws"] != nil:
			metrics = fields
		case fields["message"] == "mind the gap":
			own = fields
		case fields["error"] != nil:
			failure = fields
		}
	}
	for name, want := range map[string]any{"received": 3.0, "succeeded": 2.0, "failed": 1.0} {
		if metrics[name] != want {
			t.Errorf("the metrics are %v", metrics)
		}
	}
	if own["level"] != "WARN" || own["step"] != "step" || own["messageId"] == nil || own["requestId"] == nil || own["timestamp"] == nil {
		t.Errorf("the handler's line is %v", own)
	}
	if failure["step"] != "step" || failure["messageId"] == nil || failure["attempt"] != 1.0 || failure["durationMs"] == nil || !strings.Contains(fmt.Sprint(failure["error"]), "no luck") {
		t.Errorf("the failure's line is %v", failure)
	}
}

func about(t *testing.T, l language) {
	w := plain(t, l)
	before := time.Now().Add(-time.Second).UnixMilli()
	w.batch(order{"do": "about"})
	var item struct {
		Job, Step, MessageID string
		Attempt, Depth       int
		FirstSent            int64
	}
	if bodies := w.bodies(w.next); len(bodies) != 1 || json.Unmarshal([]byte(bodies[0]), &item) != nil {
		t.Fatalf("got %v", bodies)
	}
	if item.Job != "Job" || item.Step != "step" || item.MessageID == "" || item.Attempt != 1 || item.Depth != 0 || item.FirstSent < before {
		t.Errorf("got %+v", item)
	}
}

// ends: a program in Go is the process that Lambda knows, and its end fails the
// invocation; in other languages StarJob's own process lives on.
func ends(t *testing.T, l language) {
	w := plain(t, l)
	if l.interpreter == "" {
		if r := w.invoke(order{"do": "exit"}); !strings.Contains(string(r.Payload), "Runtime.ExitError") {
			t.Errorf("answered %s", r.Payload)
		}
	} else if failed := w.batch(order{"do": "exit"}); !slices.Equal(failed, []int{0}) {
		t.Errorf("failed: %v", failed)
	} else if !strings.Contains(w.printed(), "code 3") {
		t.Error("the log does not say how the process ended")
	}
	if failed := w.batch(order{"do": "ok"}, order{"do": "generate", "items": []any{next(1)}}); failed != nil {
		t.Errorf("afterwards failed: %v", failed)
	}
}
