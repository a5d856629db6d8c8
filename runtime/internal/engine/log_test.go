package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

// logged returns the lines of a log.
func logged(t *testing.T, log *bytes.Buffer) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for text := range strings.Lines(log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("a line of the log is not JSON: %s", text)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestFailureIsLoggedInOneLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		e := New(x.config, Handler(func(_ context.Context, data []byte, _ Generate) error {
			time.Sleep(250 * time.Millisecond)
			return map[string]error{"1": errBroken}[string(data)]
		}), x.sqs, NewLog(&x.log, ""), &x.metrics)
		if _, err := e.Invoke(t.Context(), sqsEvent(testItem{body: "0"}, testItem{body: "1", attempt: 3}, testItem{body: "2"})); err != nil {
			t.Fatal(err)
		}
		lines := logged(t, &x.log)
		if len(lines) != 1 {
			t.Fatalf("%d lines, want one for the failed item and none for the others: %v", len(lines), lines)
		}
		for name, want := range map[string]any{
			"level": "WARN", "step": "work", "messageId": "m1", "attempt": 3.0, "durationMs": 250.0, "error": "broken", "errorType": "*errors.errorString",
		} {
			if lines[0][name] != want {
				t.Errorf("%s is %v, want %v", name, lines[0][name], want)
			}
		}
		if lines[0]["timestamp"] == nil || lines[0]["message"] == nil {
			t.Errorf("line %v", lines[0])
		}
	})
}

// TestLogMessagesSayWhatHappensNext checks the messages of failed items, and their levels.
func TestLogMessagesSayWhatHappensNext(t *testing.T) {
	t.Parallel()
	retry := func(after time.Duration) error { return &RetryAfter{after, errBroken} }
	denied := func(int, string, []*sqs.Message) ([]sqs.Result, error) {
		return nil, &sqs.Error{Code: "AccessDenied", Queue: true}
	}
	for _, c := range []struct {
		err     error
		attempt int
		change  func(*trial)
		want    string
	}{
		{nil, 1, nil, "DEBUG item done"},
		{retry(2 * time.Second), 1, nil, "WARN item failed; retrying in 2 s"},
		{retry(1234 * time.Millisecond), 1, nil, "WARN item failed; retrying in 1.2 s"},
		{retry(90*time.Second + 1), 1, nil, "WARN item failed; retrying in 90 s"},
		{retry(0), 1, nil, "WARN item failed; retrying now"},
		{retry(2 * time.Second), 1, func(x *trial) { x.config.Queue = "" }, "WARN item failed; retrying after the visibility timeout"},
		{errBroken, 5, nil, "ERROR item dead-lettered after 5 attempts"},
		{errBroken, 1, func(x *trial) { x.config.MaxAttempts = 1 }, "ERROR item dead-lettered after 1 attempt"},
		{&Drop{errBroken}, 1, nil, "ERROR item dead-lettered by Drop"},
		{&Drop{errBroken}, 1, func(x *trial) { x.config.DeadLetterQueue = "" }, "ERROR item dropped; the step has no dead-letter queue"},
		{errBroken, 5, func(x *trial) { x.config.DeadLetterQueue, x.config.Redrive = "", true }, "WARN item failed; SQS will move it to the dead-letter queue"},
		{errBroken, 1, func(x *trial) { x.config.IgnoreErrors = true }, "WARN item failed; ignored because of IgnoreErrors"},
		{errBroken, 5, func(x *trial) { x.sqs.fault, x.config.MinDelay, x.config.MaxDelay = denied, 0, 0 }, "WARN cannot send the dead letter; retrying now"},
	} {
		x := newTrial()
		if c.change != nil {
			c.change(x)
		}
		x.run(t, t.Context(), byBody(map[string]error{"1": c.err}), testItem{body: "1", attempt: c.attempt})
		if line := logged(t, &x.log)[0]; fmt.Sprint(line["level"], " ", line["message"]) != c.want {
			t.Errorf("logged %v %v, want %s", line["level"], line["message"], c.want)
		}
	}
}

func TestSkippedItemsAreLoggedAsSkipped(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.run(t, t.Context(), func(context.Context, []byte, Generate) error { return &RetryAfter{40 * time.Second, errBroken} }, fifoItems("a1", "a2")...)
	if lines := logged(t, &x.log); len(lines) != 2 || lines[1]["message"] != "item skipped; retrying in 40 s" {
		t.Errorf("logged %v", lines)
	}
}

func TestHandlersLinesNameTheItem(t *testing.T) {
	t.Parallel()
	x := newTrial()
	log := NewLog(&x.log, "WARN")
	invocation := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request"})
	x.run(t, invocation, func(ctx context.Context, _ []byte, _ Generate) error {
		log.With("with", 1).WarnContext(ctx, "hello", "n", 7)
		log.InfoContext(ctx, "too quiet")
		return nil
	}, bodies("1")...)
	log.Warn("outside")
	lines := logged(t, &x.log)
	var hello map[string]any
	for _, line := range lines {
		switch line["message"] {
		case "hello":
			hello = line
		case "too quiet":
			t.Error("AWS_LAMBDA_LOG_LEVEL is ignored")
		case "outside":
			if line["step"] != nil {
				t.Errorf("line %v", line)
			}
		}
	}
	if hello["step"] != "work" || hello["requestId"] != "request" || hello["messageId"] != "m0" || hello["n"] != 7.0 || hello["with"] != 1.0 {
		t.Errorf("line %v", hello)
	}
}

func TestLogLevels(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]slog.Level{
		"": slog.LevelInfo, "TRACE": slog.LevelDebug, "debug": slog.LevelDebug, "INFO": slog.LevelInfo,
		"WARN": slog.LevelWarn, "ERROR": slog.LevelError, "FATAL": slog.LevelError,
	} {
		if got := levelOf(name); got != want {
			t.Errorf("level %q is %v, want %v", name, got, want)
		}
	}
}

// TestAnyErrorIsLogged, even a long error and invalid UTF-8.
func TestAnyErrorIsLogged(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a\xff\x00\uFFFE\n\"b", strings.Repeat("ü", 1<<20), ""} {
		x := newTrial()
		failed := x.run(t, t.Context(), byBody(map[string]error{"0": errors.New(text), "1": &Drop{errors.New(text)}}), numbered(2)...)
		wantFailed(t, failed, "m0")
		for _, line := range logged(t, &x.log) {
			if got, ok := line["error"].(string); !ok || len(got) > maxLogged || !utf8.ValidString(got) || (got == "") != (text == "") {
				t.Errorf("an error of %d bytes is logged with %d", len(text), len(got))
			}
		}
	}
}
