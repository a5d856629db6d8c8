package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
	"github.com/serverless-star/starjob/runtime/wire"
)

const (
	sinkQueue = "https://sqs/1/sink"
	fifoQueue = "https://sqs/1/ordered.fifo"
	ownQueue  = "https://sqs/1/work"
	deadQueue = "https://sqs/1/work-dead"
)

// fakeSQS accepts everything at once, unless a test configures it otherwise.
type fakeSQS struct {
	latency time.Duration
	// fault may respond to a call instead of the fake. It does not if it returns nil, nil.
	fault func(call int, queue string, messages []*sqs.Message) ([]sqs.Result, error)
	// visibilityFault is the error of calls that change visibility.
	visibilityFault error
	deaf            bool // calls do not end with their context

	mu       sync.Mutex
	calls    []fakeCall
	accepted map[string][]sqs.Message // by queue, in the order of acceptance
	returned map[string]int32         // by receipt
	active   int
	peak     int // most concurrent calls
}

type fakeCall struct {
	queue  string
	bodies []string
	at     time.Time
}

func (f *fakeSQS) Send(ctx context.Context, queue string, messages []*sqs.Message) ([]sqs.Result, error) {
	f.mu.Lock()
	call := fakeCall{queue: queue, at: time.Now()}
	for _, m := range messages {
		call.bodies = append(call.bodies, m.Body)
	}
	f.calls = append(f.calls, call)
	number := len(f.calls)
	f.active++
	f.peak = max(f.peak, f.active)
	f.mu.Unlock()
	err := f.wait(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.active--
	if err != nil {
		return nil, err
	}
	if f.fault != nil {
		if sent, err := f.fault(number, queue, messages); sent != nil || err != nil {
			for i, s := range sent {
				if s.Err == nil {
					f.accept(queue, messages[i])
				}
			}
			return sent, err
		}
	}
	sent := make([]sqs.Result, len(messages))
	for i, m := range messages {
		sent[i].ID = f.accept(queue, m)
	}
	return sent, nil
}

func (f *fakeSQS) wait(ctx context.Context) error {
	f.mu.Lock()
	latency := f.latency
	f.mu.Unlock()
	if latency == 0 {
		return nil
	}
	done := ctx.Done()
	if f.deaf {
		done = nil
	}
	select {
	case <-time.After(latency):
		return nil
	case <-done:
		return ctx.Err()
	}
}

func (f *fakeSQS) accept(queue string, m *sqs.Message) string {
	if f.accepted == nil {
		f.accepted = map[string][]sqs.Message{}
	}
	f.accepted[queue] = append(f.accepted[queue], *m)
	return fmt.Sprintf("%s-%d", queue, len(f.accepted[queue]))
}

func (f *fakeSQS) ChangeVisibility(_ context.Context, queue string, messages []sqs.VisibilityChange) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.returned == nil {
		f.returned = map[string]int32{}
	}
	if queue != ownQueue {
		return fmt.Errorf("changed visibility in %s", queue)
	}
	if len(messages) > wire.MaxBatchEntries {
		return fmt.Errorf("%d entries in a batch", len(messages))
	}
	for _, m := range messages {
		f.returned[m.ReceiptHandle] = m.Seconds
	}
	return f.visibilityFault
}

// number reads a number that a test has written.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

// bodies returns the bodies that a queue has accepted.
func (f *fakeSQS) bodies(queue string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var bodies []string
	for _, m := range f.accepted[queue] {
		bodies = append(bodies, m.Body)
	}
	return bodies
}

// refuses makes a fault that permanently refuses a body.
func refuses(body string) func(int, string, []*sqs.Message) ([]sqs.Result, error) {
	return func(_ int, _ string, messages []*sqs.Message) ([]sqs.Result, error) {
		sent := make([]sqs.Result, len(messages))
		for i, m := range messages {
			if m.Body == body {
				sent[i].Err = &sqs.Error{Code: "InvalidMessageContents", Permanent: true}
			}
		}
		return sent, nil
	}
}

func testConfig() Config {
	return Config{
		Job: "Try", Step: "work", Queue: ownQueue, DeadLetterQueue: deadQueue, MaxAttempts: 5,
		MinDelay: time.Second, MaxDelay: 900 * time.Second, MaxDepth: 1000,
		Route: route(map[string]string{"sink": sinkQueue, "ordered": fifoQueue, "work": ownQueue}),
	}
}

// trial is an engine under test.
type trial struct {
	config  Config
	sqs     *fakeSQS
	log     bytes.Buffer
	metrics bytes.Buffer
}

func newTrial() *trial { return &trial{config: testConfig(), sqs: &fakeSQS{}} }

func (x *trial) engine(h Handler) *Engine {
	return New(x.config, h, x.sqs, NewLog(&x.log, "DEBUG"), &x.metrics)
}

// run invokes a handler with a batch and returns the IDs of the failed items.
func (x *trial) run(t *testing.T, ctx context.Context, h Handler, items ...testItem) []string {
	t.Helper()
	reply, err := x.engine(h).Invoke(ctx, sqsEvent(items...))
	if err != nil {
		t.Fatal(err)
	}
	return failedIn(t, reply)
}

func failedIn(t *testing.T, reply []byte) []string {
	t.Helper()
	var r map[string][]map[string]string
	if err := json.Unmarshal(reply, &r); err != nil || len(r) != 1 || r["batchItemFailures"] == nil {
		t.Fatalf("malformed reply %s (%v)", reply, err)
	}
	ids := []string{}
	for _, f := range r["batchItemFailures"] {
		if len(f) != 1 || f["itemIdentifier"] == "" {
			t.Fatalf("malformed reply %s", reply)
		}
		ids = append(ids, f["itemIdentifier"])
	}
	slices.Sort(ids)
	return ids
}

func wantFailed(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("failed: %v, want %v", got, want)
	}
}

// testItem is a message of a batch. Without an ID, it gets an ID and a receipt from its
// place.
type testItem struct {
	id, body, group string
	attempt, depth  int
	attributes      map[string]string
}

func bodies(texts ...string) []testItem {
	items := make([]testItem, len(texts))
	for i, text := range texts {
		items[i].body = text
	}
	return items
}

// event is Lambda's event for items. Those with a group come from a FIFO queue.
func sqsEvent(items ...testItem) []byte {
	type object = map[string]any
	var records []object
	for i, item := range items {
		if item.id == "" {
			item.id = "m" + strconv.Itoa(i)
		}
		attributes := object{"ApproximateReceiveCount": strconv.Itoa(max(1, item.attempt)), "SentTimestamp": "1700000000123"}
		arn := "arn:aws:sqs:eu-central-1:1:work"
		if item.group != "" {
			attributes["MessageGroupId"], arn = item.group, arn+".fifo"
		}
		own := object{}
		if item.depth > 0 {
			own[wire.AttributeDepth] = object{"dataType": "Number", "stringValue": strconv.Itoa(item.depth)}
		}
		for name, value := range item.attributes {
			own[name] = object{"dataType": "String", "stringValue": value}
		}
		if item.id == "none" {
			item.id = ""
		}
		records = append(records, object{
			"messageId": item.id, "receiptHandle": "r-" + item.id, "body": item.body, "eventSource": "aws:sqs",
			"eventSourceARN": arn, "attributes": attributes, "messageAttributes": own,
		})
	}
	text, err := json.Marshal(object{"Records": records})
	if err != nil {
		panic(err)
	}
	return text
}

var errBroken = errors.New("broken")

// succeeds is a handler that does nothing.
func succeeds(context.Context, []byte, Generate) error { return nil }

// byBody is a handler that returns an error for some bodies.
func byBody(errs map[string]error) Handler {
	return func(_ context.Context, data []byte, _ Generate) error { return errs[string(data)] }
}

// quiet returns a logger for tests that do not check logs.
func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func generates(n int) Handler {
	return func(_ context.Context, _ []byte, generate Generate) error {
		for i := range n {
			if err := generate(Invocation{Step: "sink", Data: i}); err != nil {
				return err
			}
		}
		return nil
	}
}

func numbered(n int) []testItem {
	items := make([]testItem, n)
	for i := range items {
		items[i].body = fmt.Sprint(i)
	}
	return items
}

// fifoItems makes items named by group and number, as in a1.
func fifoItems(names ...string) []testItem {
	var items []testItem
	for _, name := range names {
		items = append(items, testItem{id: name, body: `"` + name + `"`, group: name[:1]})
	}
	return items
}
