package startest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

// messageID is the message ID of every item: each test has only one item.
const messageID = "00000000-0000-0000-0000-000000000001"

type m = map[string]any

// event returns the event with which Lambda would invoke the function.
func (d *delivery) event() []byte {
	event, err := json.Marshal(m{"Records": []m{{
		"messageId": messageID, "receiptHandle": "receipt", "body": d.body,
		"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:queue",
		"attributes": m{
			"ApproximateReceiveCount": strconv.Itoa(d.attempt),
			"SentTimestamp":           strconv.FormatInt(time.Now().UnixMilli(), 10),
		},
		"messageAttributes": m{wire.AttributeDepth: m{"stringValue": strconv.Itoa(d.depth), "dataType": "Number"}},
	}}})
	if err != nil {
		panic(err) // strings and numbers can always be encoded
	}
	return event
}

// watch records what a handler does.
type watch struct {
	depth int // of generated items

	mu        sync.Mutex
	ended     bool
	err       error
	generated []Generated
}

func (w *watch) wrap(handle engine.Handler) engine.Handler {
	return func(ctx context.Context, data []byte, generate engine.Generate) (err error) {
		err = errors.New("the handler called runtime.Goexit, as t.FailNow does, instead of returning")
		defer func() {
			if value := recover(); value != nil {
				w.end(fmt.Errorf("panic: %v", value))
				panic(value)
			}
			w.end(err)
		}()
		return handle(ctx, data, func(i engine.Invocation) error {
			if err := generate(i); err != nil {
				return err
			}
			w.note(i)
			return nil
		})
	}
}

func (w *watch) end(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended, w.err = true, err
}

func (w *watch) note(i engine.Invocation) {
	data, err := json.Marshal(i.Data)
	if err != nil {
		panic(err) // generate has already encoded it
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.generated = append(w.generated, Generated{Step: i.Step, Data: data, Delay: i.Delay, Group: i.Group, Depth: w.depth})
}

func (w *watch) result() Result {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := Result{Err: w.err, Generated: w.generated}
	if !w.ended {
		r.Err = errors.New("the handler did not return before the function's deadline")
	}
	w.generated = nil // items that are generated from now on are too late
	return r
}

// deadLetterQueue is the URL of the dead-letter queue.
const deadLetterQueue = "dead-letters"

// fakeSQS accepts everything, and records what happens to the item.
type fakeSQS struct {
	mu           sync.Mutex
	deadLettered bool
	after        time.Duration
}

func (f *fakeSQS) Send(_ context.Context, queue string, messages []*sqs.Message) ([]sqs.Result, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deadLettered = f.deadLettered || queue == deadLetterQueue
	results := make([]sqs.Result, len(messages))
	for i := range results {
		results[i].ID = strconv.Itoa(i)
	}
	return results, nil
}

func (f *fakeSQS) ChangeVisibility(_ context.Context, _ string, changes []sqs.VisibilityChange) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.after = time.Duration(changes[0].Seconds) * time.Second
	return nil
}

func (f *fakeSQS) outcome(failed bool, err error) (Outcome, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case failed:
		return Retried, f.after
	case f.deadLettered:
		return Dead, 0
	case err != nil:
		return Ignored, 0
	}
	return Done, 0
}
