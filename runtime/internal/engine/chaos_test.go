package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

// world is queues with the promises of SQS, over a network that fails at
// random, and a Lambda service that loses replies.
type world struct {
	t       *testing.T
	service *queue.Service
	queues  map[string]*queue.Queue // by URL
	mu      sync.Mutex
	random  *rand.Rand
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{
		t: t, queues: map[string]*queue.Queue{}, random: rand.New(rand.NewPCG(seed, 1)),
		service: queue.New(queue.Config{BaseURL: "https://sqs", Region: "x", AccountID: "1"}),
	}
	t.Cleanup(w.service.Close)
	return w
}

func (w *world) create(name string, attributes map[string]string) *queue.Queue {
	w.t.Helper()
	q, err := w.service.Create(name, attributes, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.queues[q.URL()] = q
	return q
}

// chance reports whether an event of the given probability happens.
func (w *world) chance(percent int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.random.IntN(100) < percent
}

func (w *world) Send(ctx context.Context, url string, messages []*sqs.Message) ([]sqs.Result, error) {
	if w.chance(5) {
		return nil, errors.New("connection refused")
	}
	sent := make([]sqs.Result, len(messages))
	for i, m := range messages {
		if w.chance(10) {
			sent[i].Err = errors.New("internal error")
			continue
		}
		out := queue.Outgoing{Body: m.Body, GroupID: m.Group, DeduplicationID: m.Deduplication, Attributes: map[string]queue.Attribute{}}
		for _, a := range m.Attributes {
			out.Attributes[a.Name] = queue.Attribute{DataType: a.Type, StringValue: a.Value}
		}
		s, err := w.queues[url].Send(out)
		if err != nil {
			w.t.Errorf("send: %v", err)
		}
		sent[i] = sqs.Result{ID: s.ID, Err: err}
	}
	if w.chance(5) {
		return nil, errors.New("connection reset after the call was carried out")
	}
	return sent, nil
}

func (w *world) ChangeVisibility(_ context.Context, url string, messages []sqs.VisibilityChange) error {
	for _, m := range messages {
		if w.chance(10) {
			return errors.New("throttled")
		}
		// An item that was received again in the meantime is an error without effect.
		_ = w.queues[url].ChangeVisibility(m.ReceiptHandle, time.Duration(m.Seconds)*time.Second)
	}
	return nil
}

// poll works through a queue as Lambda's pollers do, until all is quiet.
func (w *world) poll(q *queue.Queue, e *Engine) {
	var pollers sync.WaitGroup
	for range 4 {
		pollers.Go(func() {
			for {
				messages, err := q.Receive(w.t.Context(), 10, 20*time.Second, -1)
				if err != nil {
					w.t.Error(err)
					return
				}
				if len(messages) > 0 {
					w.invoke(q, e, messages)
				} else if stats := w.service.Snapshot()[q.Name()]; stats.Visible+stats.InFlight+stats.Delayed == 0 {
					return
				}
			}
		})
	}
	pollers.Wait()
}

func (w *world) invoke(q *queue.Queue, e *Engine, messages []queue.Message) {
	ctx, cancel := context.WithTimeout(context.Background(), functionTimeout)
	defer cancel()
	reply, err := e.Invoke(ctx, queueEvent(q, messages))
	if err != nil {
		w.t.Errorf("invocation: %v", err)
	}
	if ctx.Err() != nil {
		w.t.Error("the reply came after the deadline")
	}
	if w.chance(3) {
		return // the process ended before the reply arrived
	}
	failed := failedIn(w.t, reply)
	for _, m := range messages {
		if !slices.Contains(failed, m.ID) {
			_ = q.Delete(m.ReceiptHandle) // on a FIFO queue it may have run out
		}
	}
}

const functionTimeout = 10 * time.Second

func queueEvent(q *queue.Queue, messages []queue.Message) []byte {
	type object = map[string]any
	var records []object
	for _, m := range messages {
		attributes, own := object{}, object{}
		for name, value := range m.SystemAttributes() {
			attributes[name] = value
		}
		for name, a := range m.Attributes {
			own[name] = object{"dataType": a.DataType, "stringValue": a.StringValue}
		}
		records = append(records, object{
			"messageId": m.ID, "receiptHandle": m.ReceiptHandle, "body": m.Body, "attributes": attributes,
			"messageAttributes": own, "eventSource": "aws:sqs", "eventSourceARN": q.ARN(),
		})
	}
	text, err := json.Marshal(object{"Records": records})
	if err != nil {
		panic(err)
	}
	return text
}

// misbehave makes a handler end in one of the bad ways, now and then.
func (w *world) misbehave(ctx context.Context) error {
	switch {
	case w.chance(8):
		return errBroken
	case w.chance(3):
		panic("boom")
	case w.chance(2):
		<-ctx.Done()
		return ctx.Err()
	case w.chance(2):
		return &Drop{errBroken}
	}
	return nil
}

// deadIn returns the bodies in a dead-letter queue.
func (w *world) deadIn(q *queue.Queue) map[string]bool {
	dead := map[string]bool{}
	for {
		messages, err := q.Receive(w.t.Context(), 100, 0, -1)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(messages) == 0 {
			return dead
		}
		for _, m := range messages {
			dead[strings.Trim(m.Body, `"`)] = true
			if err := q.Delete(m.ReceiptHandle); err != nil { // and so the next of its group
				w.t.Error(err)
			}
		}
	}
}

// TestNothingIsLost generates a tree of items while everything fails. Every node must be
// done, dead-lettered, or below a dead-lettered node.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, seed)
			dead := w.create("dead", nil)
			work := w.create("work", map[string]string{
				"VisibilityTimeout": "60", "RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":5}`, dead.ARN()),
			})
			config := testConfig()
			config.Queue, config.DeadLetterQueue = work.URL(), dead.URL()
			config.Route = route(map[string]string{"work": work.URL()})
			var mu sync.Mutex
			done := map[string]bool{}
			e := New(config, Handler(func(ctx context.Context, data []byte, generate Generate) error {
				var node string
				if err := json.Unmarshal(data, &node); err != nil {
					return err
				}
				for i := range 8 {
					if strings.Count(node, "/") < 3 {
						if err := generate(Invocation{Step: "work", Data: path.Join(node, strconv.Itoa(i))}); err != nil {
							return err
						}
					}
				}
				if err := w.misbehave(ctx); err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				done[node] = true
				return nil
			}), w, quiet(), &syncBuffer{})
			if _, err := work.Send(queue.Outgoing{Body: `"root"`}); err != nil {
				t.Fatal(err)
			}
			w.poll(work, e)
			checkTree(t, done, w.deadIn(dead), "root")
		})
	}
}

// checkTree checks that a node is done or dead-lettered, and below a done node, that its
// children are.
func checkTree(t *testing.T, done, dead map[string]bool, node string) {
	if !done[node] {
		if !dead[node] {
			t.Errorf("%s is lost", node)
		}
		return
	}
	for i := range 8 {
		if strings.Count(node, "/") < 3 {
			checkTree(t, done, dead, path.Join(node, strconv.Itoa(i)))
		}
	}
}

// TestGroupsStayInOrder sends numbers in groups through a FIFO queue while everything
// fails. The items of each group must first be done in order, except for dead letters.
func TestGroupsStayInOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, seed)
			dead := w.create("dead.fifo", map[string]string{"FifoQueue": "true"})
			work := w.create("work.fifo", map[string]string{
				"FifoQueue": "true", "VisibilityTimeout": "60", "RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":100}`, dead.ARN()),
			})
			config := testConfig()
			config.Queue, config.DeadLetterQueue, config.MaxAttempts, config.MaxDelay = work.URL(), dead.URL(), 100, 5*time.Second
			config.Route = route(map[string]string{"ordered": work.URL()})
			var mu sync.Mutex
			done := map[string][]int{}
			e := New(config, Handler(func(ctx context.Context, data []byte, generate Generate) error {
				if string(data) == `"start"` {
					return w.startGroups(generate)
				}
				if err := w.misbehave(ctx); err != nil {
					return err
				}
				group, n := string(data[1]), number(strings.Trim(string(data[2:]), `"`))
				mu.Lock()
				defer mu.Unlock()
				if !slices.Contains(done[group], n) {
					done[group] = append(done[group], n)
				}
				return nil
			}), w, quiet(), &syncBuffer{})
			if _, err := work.Send(queue.Outgoing{Body: `"start"`, GroupID: "start", DeduplicationID: "start"}); err != nil {
				t.Fatal(err)
			}
			w.poll(work, e)
			letters := w.deadIn(dead)
			for group := range strings.SplitSeq("abcde", "") {
				// A dropped item is dead-lettered, but is retried if the reply is lost.
				others := slices.DeleteFunc(slices.Clone(done[group]), func(n int) bool { return letters[group+strconv.Itoa(n)] })
				if !slices.IsSorted(others) {
					t.Errorf("seed %d: group %s: %v", seed, group, others)
				}
				for n := range groupSize {
					if name := group + strconv.Itoa(n); !slices.Contains(done[group], n) && !letters[name] {
						t.Errorf("seed %d: %s is lost", seed, name)
					}
				}
			}
		})
	}
}

const groupSize = 40

func (w *world) startGroups(generate Generate) error {
	for n := range groupSize {
		for group := range strings.SplitSeq("abcde", "") {
			if err := generate(Invocation{Step: "ordered", Data: group + strconv.Itoa(n), Group: group}); err != nil {
				return err
			}
		}
	}
	return nil
}
