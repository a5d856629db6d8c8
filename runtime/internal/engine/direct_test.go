package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestOtherEventsAreOneItem(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"a":1}`, `"text"`, `null`, `[1]`, `{"Records":[]}`, `{"Records":[{"eventSource":"aws:s3","s3":{}}]}`,
		`{"Records":"aws:sqs"}`, `{"source":"aws:sqs"}`,
	} {
		x := newTrial()
		handled := 0
		e := x.engine(func(ctx context.Context, data []byte, generate Generate) error {
			handled++
			if item := FromContext(ctx); string(data) != text || item.Attempt != 1 || item.MessageID != "" || item.Step != "work" {
				t.Errorf("handled %s as %+v", data, item)
			}
			return generate(Invocation{Step: "sink", Data: 1})
		})
		reply, err := e.Invoke(t.Context(), []byte(text))
		if string(reply) != "null" || err != nil || handled != 1 || len(x.sqs.bodies(sinkQueue)) != 1 {
			t.Errorf("%s: %s, %v, handled %d times, sent %v", text, reply, err, handled, x.sqs.bodies(sinkQueue))
		}
	}
}

// TestBrokenBatchesAreErrors: a handler that accepts any JSON would succeed with such an
// event, and its messages would be deleted.
func TestBrokenBatchesAreErrors(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"Records":[{"eventSource":"aws:sqs","messageId":"a","body":{"no":"text"}}]}`,
		`{"Records":[{"eventSource":"aws:sqs","messageId":"a","body":"1"},{"eventSource":"aws:s3"}]}`,
		`{"Records":[{"eventSource":"aws:sqs","messageId":"a","body":"1","messageAttributes":{"x":{"binaryValue":"%"}}}]}`,
	} {
		x := newTrial()
		if reply, err := x.engine(succeeds).Invoke(t.Context(), []byte(text)); err == nil {
			t.Errorf("%s: %s", text, reply)
		}
	}
}

func TestErrorsOfDirectInvocationsAreReturned(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]Handler{
		"error":   byBody(map[string]error{"1": errBroken}),
		"drop":    byBody(map[string]error{"1": &Drop{errBroken}}),
		"retry":   byBody(map[string]error{"1": &RetryAfter{time.Hour, errBroken}}),
		"panic":   func(context.Context, []byte, Generate) error { panic(errBroken) },
		"stopped": func(ctx context.Context, _ []byte, _ Generate) error { <-ctx.Done(); return errBroken },
	} {
		synctest.Test(t, func(t *testing.T) {
			x := newTrial()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			reply, err := x.engine(h).Invoke(ctx, []byte("1"))
			if !errors.Is(err, errBroken) && !errors.Is(err, errDeadline) {
				t.Errorf("%s: %s, %v", name, reply, err)
			}
			if len(x.sqs.accepted) != 0 || len(x.sqs.returned) != 0 {
				t.Errorf("%s: a direct invocation has no message to dead-letter or to retry", name)
			}
		})
	}
	x := newTrial()
	x.sqs.fault = refuses("0")
	if _, err := x.engine(generates(1)).Invoke(t.Context(), []byte("1")); !errors.Is(err, ErrNotSent) {
		t.Errorf("a lost send: %v", err)
	}
	x.config.IgnoreErrors = true
	if _, err := x.engine(byBody(map[string]error{"1": errBroken})).Invoke(t.Context(), []byte("1")); err != nil {
		t.Errorf("IgnoreErrors: %v", err)
	}
}
