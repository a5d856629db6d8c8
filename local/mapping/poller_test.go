package mapping

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/filter"
	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/sandbox"
)

// rig is a poller between a queue and a function of the test, in a synctest bubble
// that only it uses.
type rig struct {
	t        *testing.T
	service  *queue.Service
	q, dead  *queue.Queue
	p        *Poller
	function func(ctx context.Context, records []seen) ([]byte, error)
	override func(ctx context.Context, in sandbox.Invocation) ([]byte, error) // in place of function

	mu      sync.Mutex
	batches [][]string // bodies, in the order of the invocations
	crashes []string

	stopPolling, stopWorking context.CancelFunc
	ended                    chan struct{}
}

// seen is the part of a record that the tests look at.
type seen struct {
	MessageID, Body string
	Attributes      map[string]string
}

// bubble runs a test with a poller that has not started yet. The queue's visibility
// timeout is 30 seconds, and a message is dead-lettered after 3 receives.
func bubble(t *testing.T, m plan.Mapping, fifo bool, test func(*rig)) {
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, service: queue.New(queue.Config{BaseURL: "http://x", Region: "us-east-1", AccountID: arn.Account})}
		defer r.service.Close()
		suffix, attributes := "", map[string]string{}
		if fifo {
			suffix, attributes["FifoQueue"] = ".fifo", "true"
		}
		r.dead = r.create("dead"+suffix, attributes)
		attributes["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":3}`, r.dead.ARN())
		r.q = r.create("q"+suffix, attributes)
		m.QueueARN = r.q.ARN()
		r.p = &Poller{
			plan: &m, queue: r.q, function: r, slots: make(chan struct{}, max(1, m.MaxConcurrency)),
			activity: function.NewActivity(), visibilityTimeout: 30 * time.Second,
		}
		test(r)
	})
}

func (r *rig) create(name string, attributes map[string]string) *queue.Queue {
	r.t.Helper()
	q, err := r.service.Create(name, attributes, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return q
}

func (r *rig) start() {
	polling, stopPolling := context.WithCancel(r.t.Context())
	working, stopWorking := context.WithCancel(r.t.Context())
	ended := make(chan struct{})
	r.stopPolling, r.stopWorking, r.ended = stopPolling, stopWorking, ended
	go func() {
		defer close(ended)
		r.p.Run(polling, working)
	}()
}

// stop stops polling and waits for the batches in progress.
func (r *rig) stop() {
	r.stopPolling()
	<-r.ended
	r.stopWorking()
}

// Invoke is that of the function. It notes the batch.
func (r *rig) Invoke(ctx context.Context, in sandbox.Invocation) ([]byte, error) {
	if r.override != nil {
		return r.override(ctx, in)
	}
	event := in.Payload
	if len(event) > maxEventBytes {
		r.t.Errorf("an event of %d bytes", len(event))
	}
	var e struct{ Records []seen }
	if err := json.Unmarshal(event, &e); err != nil || len(e.Records) == 0 {
		r.t.Errorf("%.100s: %v", event, err)
	}
	r.mu.Lock()
	r.batches = append(r.batches, bodies(e.Records))
	r.mu.Unlock()
	if r.function == nil {
		return nil, nil
	}
	return r.function(ctx, e.Records)
}

// RecordFailure is that of the function.
func (r *rig) RecordFailure(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.crashes = append(r.crashes, err.Error())
}

// bodies returns the records' bodies; long ones are cut at the first blank.
func bodies(records []seen) []string {
	var all []string
	for _, m := range records {
		name, _, _ := strings.Cut(m.Body, " ")
		all = append(all, name)
	}
	return all
}

func (r *rig) send(bodies ...string) {
	r.t.Helper()
	for _, body := range bodies {
		m := queue.Outgoing{Body: body}
		if r.q.FIFO() {
			name, _, _ := strings.Cut(body, " ")
			m.GroupID, m.DeduplicationID = name[:1], name // the first letter is the group
		}
		if _, err := r.q.Send(m); err != nil {
			r.t.Fatal(err)
		}
	}
}

func numbered(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint(prefix, i)
	}
	return all
}

// worked returns all batches so far, once everything is blocked.
func (r *rig) worked() [][]string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.batches)
}

func (r *rig) want(sizes ...int) {
	r.t.Helper()
	var got []int
	for _, b := range r.worked() {
		got = append(got, len(b))
	}
	if !slices.Equal(got, sizes) {
		r.t.Errorf("batches of %v, want %v", got, sizes)
	}
}

// left expects so many messages visible and in flight in the queue, and dead
// letters.
func (r *rig) left(visible, inFlight, dead int) {
	r.t.Helper()
	synctest.Wait()
	all := r.service.Snapshot()
	q, d := all[r.q.Name()], all[r.dead.Name()]
	if q.Visible != visible || q.InFlight != inFlight || d.Visible != dead {
		r.t.Errorf("%d visible, %d in flight, %d dead; want %d, %d, %d", q.Visible, q.InFlight, d.Visible, visible, inFlight, dead)
	}
}

// failing returns a reply that reports messages by their bodies.
func failing(records []seen, bodies ...string) []byte {
	var items []string
	for _, m := range records {
		if slices.Contains(bodies, m.Body) {
			items = append(items, fmt.Sprintf(`{"itemIdentifier":%q}`, m.MessageID))
		}
	}
	return []byte(`{"batchItemFailures":[` + strings.Join(items, ",") + `]}`)
}

func TestBatchSize(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 10}, false, func(r *rig) {
		r.send(numbered("m", 25)...)
		r.start()
		r.want(10, 10, 5)
		r.left(0, 0, 0)
		r.send("later")
		r.want(10, 10, 5, 1)
		r.stop()
	})
}

func TestBatchingWindow(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 100, Window: 5 * time.Second}, false, func(r *rig) {
		r.start()
		time.Sleep(time.Hour) // a window starts with its first message
		r.send("a", "b", "c")
		time.Sleep(3 * time.Second)
		r.send("d", "e")
		r.want()
		time.Sleep(2 * time.Second)
		r.want(5)
		r.send("f")
		time.Sleep(5*time.Second - time.Nanosecond)
		r.want(5)
		time.Sleep(time.Nanosecond)
		r.want(5, 1)
		r.send(numbered("m", 100)...) // full: the window ends
		r.want(5, 1, 100)
		r.left(0, 0, 0)
		r.stop()
	})
}

func TestEventsAreAtMostSixMegabytes(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 10}, false, func(r *rig) {
		for i := range 8 {
			r.send(fmt.Sprintf("m%d %s", i, strings.Repeat("x", 1<<20-10)))
		}
		r.start()
		r.want(5, 3)
		if got := slices.Concat(r.worked()...); !slices.Equal(got, numbered("m", 8)) {
			t.Errorf("got %v", got)
		}
		r.left(0, 0, 0)
		if s := r.p.State(); s != (State{Received: 8, Succeeded: 8}) {
			t.Errorf("%+v", s)
		}
		r.stop()
	})
}

func TestFiltersDeleteMessagesThatDoNotMatch(t *testing.T) {
	f, err := filter.Parse(`{"body":{"kind":["a"]}}`)
	if err != nil {
		t.Fatal(err)
	}
	bubble(t, plan.Mapping{BatchSize: 10, Filters: []filter.Pattern{f}}, false, func(r *rig) {
		for range 7 {
			r.send(`{"kind":"a"}`, `{"kind":"b"}`, `text`)
		}
		r.start()
		// A batch is not filled up in place of deleted messages.
		r.want(4, 3)
		r.left(0, 0, 0)
		if s := r.p.State(); s != (State{Received: 7, Succeeded: 7, Filtered: 14}) {
			t.Errorf("%+v", s)
		}
		r.send("only", "others")
		r.want(4, 3)
		r.left(0, 0, 0)
		r.stop()
	})
}

func TestOnlyReportedFailuresAreRetried(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 10, ReportsFailures: true}, false, func(r *rig) {
		r.function = func(_ context.Context, records []seen) ([]byte, error) {
			return failing(records, "m1", "m3"), nil
		}
		r.send(numbered("m", 5)...)
		r.start()
		r.left(0, 2, 0)
		time.Sleep(30*time.Second - time.Nanosecond)
		r.want(5)
		time.Sleep(time.Nanosecond)
		r.want(5, 2)
		time.Sleep(time.Minute)
		r.want(5, 2, 2) // received three times
		r.left(0, 0, 2)
		if s := r.p.State(); s != (State{Received: 9, Retries: 4, Succeeded: 3, Failed: 6}) {
			t.Errorf("%+v", s)
		}
		r.stop()
	})
}

func TestNothingIsDeletedWithoutAValidReply(t *testing.T) {
	t.Parallel()
	for name, function := range map[string]func(context.Context, []seen) ([]byte, error){
		"error": func(context.Context, []seen) ([]byte, error) {
			return []byte(`{"batchItemFailures":[]}`), errors.New("no")
		},
		"no JSON":   func(context.Context, []seen) ([]byte, error) { return []byte(`{"batchItem`), nil },
		"no object": func(context.Context, []seen) ([]byte, error) { return []byte(`"done"`), nil },
		"empty ID": func(context.Context, []seen) ([]byte, error) {
			return []byte(`{"batchItemFailures":[{"itemIdentifier":""}]}`), nil
		},
		"unknown ID": func(context.Context, []seen) ([]byte, error) {
			return []byte(`{"batchItemFailures":[{"itemIdentifier":"x"}]}`), nil
		},
		"known and wrong": func(_ context.Context, records []seen) ([]byte, error) {
			return []byte(`{"batchItemFailures":[{"itemIdentifier":"` + records[0].MessageID + `"},{"itemIdentifer":"x"}]}`), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, plan.Mapping{BatchSize: 10, ReportsFailures: true}, false, func(r *rig) {
				r.function = function
				r.send(numbered("m", 3)...)
				r.start()
				r.left(0, 3, 0)
				time.Sleep(time.Hour)
				r.want(3, 3, 3)
				r.left(0, 0, 3)
				if s := r.p.State(); s != (State{Received: 9, Retries: 6, Failed: 9, Crashed: 9}) || len(r.crashes) != 3 {
					t.Errorf("%+v, %q", s, r.crashes)
				}
				r.stop()
			})
		})
	}
}

func TestRepliesAreIgnoredWithoutReportBatchItemFailures(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 10}, false, func(r *rig) {
		r.function = func(_ context.Context, records []seen) ([]byte, error) { return failing(records, "m0"), nil }
		r.send(numbered("m", 3)...)
		r.start()
		r.want(3)
		r.left(0, 0, 0)
		r.stop()
	})
}

func TestConcurrencyBoundsBatches(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 1, MaxConcurrency: 3}, false, func(r *rig) {
		running, most := 0, 0
		r.function = func(context.Context, []seen) ([]byte, error) {
			r.mu.Lock()
			running++
			most = max(most, running)
			r.mu.Unlock()
			time.Sleep(time.Second)
			r.mu.Lock()
			running--
			r.mu.Unlock()
			return nil, nil
		}
		r.send(numbered("m", 9)...)
		begun := time.Now()
		r.start()
		for len(r.worked()) < 9 {
			time.Sleep(time.Second)
		}
		if took := time.Since(begun); most != 3 || took != 2*time.Second {
			t.Errorf("%d at a time, the last after %s", most, took)
		}
		r.stop()
		r.left(0, 0, 0)
	})
}

func TestAMessageThatTakesTooLongIsReceivedAgain(t *testing.T) {
	bubble(t, plan.Mapping{BatchSize: 1, MaxConcurrency: 2}, false, func(r *rig) {
		r.function = func(_ context.Context, records []seen) ([]byte, error) {
			if records[0].Attributes["ApproximateReceiveCount"] == "1" {
				time.Sleep(40 * time.Second)
				return nil, nil
			}
			time.Sleep(20 * time.Second)
			return nil, errors.New("no")
		}
		r.send("m")
		r.start()
		// The first receive succeeds while the second is running, and must not delete
		// its message: the second fails, and the message is received once more.
		time.Sleep(50*time.Second + time.Nanosecond)
		r.want(1, 1)
		r.left(0, 1, 0)
		time.Sleep(time.Hour)
		r.want(1, 1, 1)
		r.left(0, 0, 1)
		r.stop()
	})
}
