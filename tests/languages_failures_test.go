package tests

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/serverless-star/starjob/runtime/wire"
)

func failedItemsAreRetriedLater(t *testing.T, l language) {
	f := startFunction(t, l, time.Minute, map[string]string{wire.EnvMinDelay: "3000", wire.EnvMaxDelay: "3000"})
	if failed := f.batch(item{"do": "fail", "text": "no"}, item{"do": "retry", "after": 0}, item{"do": "retry", "after": 1000}); !slices.Equal(failed, []int{0, 1, 2}) {
		t.Fatalf("failed: %v", failed)
	}
	if got := f.bodies(stepQueue); len(got) != 1 || !strings.Contains(got[0], `"after":0`) {
		t.Errorf("visible at once: %v", got)
	}
}

func droppedAndLastAttemptsAreDeadLettered(t *testing.T, l language) {
	f := startFunction(t, l, time.Minute, map[string]string{wire.EnvMaxAttempts: "2", wire.EnvMinDelay: "0", wire.EnvMaxDelay: "0"})
	drop, fail := item{"do": "drop", "text": "hopeless"}, item{"do": "reject", "text": "no luck"}
	if failed := f.batch(drop, fail); !slices.Equal(failed, []int{1}) {
		t.Fatalf("at first failed: %v", failed)
	}
	if failed := f.receive(1); failed != nil {
		t.Fatalf("the last attempt is retried")
	}
	dead := f.queues.Take(deadQueue)
	if len(dead) != 2 {
		t.Fatalf("%d dead letters, want 2", len(dead))
	}
	types := map[string][2]string{
		"Go": {"*errors.errorString", "panic"}, "JavaScript": {"RangeError", "TypeError"},
		"Python": {"ValueError", "TypeError"}, "Python async": {"ValueError", "TypeError"},
	}[l.name]
	for i, want := range []struct{ body, text, attempts string }{{`{"do":"drop"`, "hopeless", "1"}, {`{"do":"reject"`, "no luck", "2"}} {
		a := dead[i].Attributes
		if !strings.HasPrefix(dead[i].Body, want.body) || !strings.Contains(a[wire.AttributeError].StringValue, want.text) ||
			a[wire.AttributeErrorType].StringValue != types[i] || a[wire.AttributeAttempts].StringValue != want.attempts {
			t.Errorf("dead letter %d is %s with %v", i, dead[i].Body, a)
		}
	}
}

func ignoreErrorsCoversHandlersOnly(t *testing.T, l language) {
	f := startFunction(t, l, time.Minute, map[string]string{wire.EnvIgnoreErrors: "true"})
	failed := f.batch(item{"do": "fail", "text": "no"}, item{"do": "generate", "items": []any{item{"step": "gone", "data": 1}}},
		item{"do": "retry", "after": 1}, item{"do": "drop", "text": "hopeless"}, item{"do": "generateAndFail", "items": []any{next(1)}, "text": "no"})
	if !slices.Equal(failed, []int{1, 2}) {
		t.Errorf("failed: %v", failed)
	}
	if n, dead := len(f.queues.Take(nextQueue)), len(f.queues.Take(deadQueue)); n != 1 || dead != 1 {
		t.Errorf("%d generated and %d dead, want one each", n, dead)
	}
}

func errorsMayBeLongAndOfAnyCharacters(t *testing.T, l language) {
	f := startFunction(t, l, time.Minute, map[string]string{wire.EnvMinDelay: "3000", wire.EnvMaxDelay: "3000"})
	long := strings.Repeat("ü", 150_000)
	odd := `{"do": "drop", "text": "a\u0000\ufffe\"\n\u2028b"}`
	if failed := f.batch(item{"do": "drop", "text": long}, odd, item{"do": "fail", "text": long}); !slices.Equal(failed, []int{2}) {
		t.Fatalf("failed: %v", failed)
	}
	for _, message := range f.queues.Take(deadQueue) {
		text := message.Attributes[wire.AttributeError].StringValue
		if !utf8.ValidString(text) || len(text) > 8<<10 || !strings.HasPrefix(text, "üüü") && text != "a\uFFFD\uFFFD\"\n\u2028b" {
			t.Errorf("a dead letter of %d bytes says %.100q", len(text), text)
		}
	}
	for line := range strings.Lines(f.logs.String()) {
		if len(line) > 256<<10 {
			t.Errorf("a line of the log has %d bytes", len(line))
		}
	}
}

func logsAndMetricsNameStepAndMessage(t *testing.T, l language) {
	f := start(t, l)
	f.batch(item{"do": "log", "text": "mind the gap"}, item{"do": "noise"}, item{"do": "reject", "text": "no luck"})
	var metrics, own, failure map[string]any
	for line := range strings.Lines(f.logs.String()) {
		// What a handler prints without a newline is in front of one of StarJob's lines.
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
