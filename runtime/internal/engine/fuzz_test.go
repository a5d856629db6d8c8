package engine

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/serverless-star/starjob/runtime/internal/event"
	"github.com/serverless-star/starjob/runtime/wire"
)

// FuzzInvoke passes any event to an engine whose handler fails. Nothing may panic, and
// Lambda must understand the reply.
func FuzzInvoke(f *testing.F) {
	f.Add(sqsEvent(bodies("1", "2")...))
	f.Add(sqsEvent(fifoItems("a1", "a2", "b1")...))
	f.Add([]byte(`{"Records":[{"eventSource":"aws:sqs","attributes":{"ApproximateReceiveCount":"99999999999999999999"}}]}`))
	f.Add([]byte(`{"Records":[{"eventSource":"aws:sqs","messageId":"","messageAttributes":{"star.depth":{"stringValue":null}}}]}`))
	f.Add([]byte(`{"Records":[null,{"eventSource":"aws:sqs"}]}`))
	f.Add([]byte(`"aws:sqs"`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, text []byte) {
		x := newTrial()
		handled := 0
		x.config.MaxAttempts = 3
		e := New(x.config, Handler(func(context.Context, []byte, Generate) error {
			return errBroken
		}), x.sqs, quiet(), &x.metrics)
		messages, fromQueue, broken := event.Decode(text)
		for _, m := range messages {
			if m.Attempt < 1 || m.Depth < 0 {
				t.Errorf("attempt %d, depth %d", m.Attempt, m.Depth)
			}
			if m.Attempt < 3 {
				handled++
			}
		}
		reply, err := e.Invoke(t.Context(), text)
		if broken != nil && err == nil {
			t.Errorf("an unreadable batch has the reply %s", reply)
		}
		if !fromQueue {
			if !errors.Is(err, errBroken) {
				t.Errorf("a direct invocation returned %v", err)
			}
			return
		}
		if err == nil && len(failedIn(t, reply)) > handled {
			t.Errorf("handled %d items, reply %s", handled, reply)
		}
	})
}

// FuzzGenerate passes any event to the generate function. SQS must accept everything that
// it sends, and its response must be JSON.
func FuzzGenerate(f *testing.F) {
	for _, seed := range []string{
		`{"step":"sink","data":{"a":1}}`, `[{"step":"sink"},{"step":"ordered","group":"g"}]`, `{"a":1}`, `[]`, `7`, ``, `{"step":"sink","delay":1e99}`,
		`{"requestContext":{"http":{}},"body":"{\"step\":\"sink\"}"}`, `{"httpMethod":"GET","requestContext":{"elb":{}},"multiValueHeaders":{}}`,
		`{"httpMethod":"GET","requestContext":{},"body":"e30=","isBase64Encoded":true}`, "{\"step\":\"sink\",\"data\":\"\xff\uFFFE\"}",
	} {
		f.Add([]byte(seed), "")
		f.Add([]byte(seed), "work")
	}
	f.Fuzz(func(t *testing.T, text []byte, defaultStep string) {
		x := newTrial()
		x.config.DefaultStep = defaultStep
		answer, err := NewGenerator(x.config, x.sqs, quiet(), &x.metrics).Invoke(t.Context(), text)
		if err == nil && !json.Valid(answer) {
			t.Errorf("answer %s", answer)
		}
		for _, queue := range []string{ownQueue, sinkQueue, fifoQueue} {
			for _, m := range x.sqs.accepted[queue] {
				if !json.Valid([]byte(m.Body)) || !utf8.ValidString(m.Body) || m.Delay < 0 || m.Delay > wire.MaxDelaySeconds {
					t.Errorf("sent %+v", m)
				}
				for _, r := range m.Body {
					if r == '\uFFFE' || r == '\uFFFF' || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
						t.Errorf("sent %q", m.Body)
					}
				}
			}
		}
	})
}
