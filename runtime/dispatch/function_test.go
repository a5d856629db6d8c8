//go:build unix

package dispatch

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/runtime/internal/hosttest"
	"github.com/serverless-star/starjob/tests/functest"
)

type orders = hosttest.Orders

// failed returns the places of the items that a reply to a batch reports.
func failed(t *testing.T, batch *functest.Batch, a functest.Answer) []int {
	t.Helper()
	if a.Kind != "response" {
		t.Fatalf("no reply to a batch: %+v", a)
	}
	return batch.Settle(a.Body)
}

func wantFailed(t *testing.T, batch *functest.Batch, a functest.Answer, want ...int) {
	t.Helper()
	if got := failed(t, batch, a); !slices.Equal(got, want) {
		t.Errorf("failed: %v, want %v", got, want)
	}
}

// wantBatch has a batch handled, and checks that exactly the items in these places fail.
func wantBatch(t *testing.T, sqs *functest.Queues, f *functest.Function, timeout time.Duration, items []orders, want ...int) {
	t.Helper()
	batch := newBatch(sqs, items...)
	wantFailed(t, batch, f.Invoke(t, batch.Event(), timeout), want...)
}

func newBatch(sqs *functest.Queues, items ...orders) *functest.Batch {
	var all []any
	for _, o := range items {
		all = append(all, o)
	}
	return sqs.Batch(functest.Work, all...)
}

func TestFunctionGeneratesAndSucceeds(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startFunction(t, sqs.Environment("hello"))
	wantBatch(t, sqs, f, time.Minute, []orders{{Generate: 2000, Step: "sink", Delay: "1.5"}, {Generate: 3, Step: "work"}, {}})
	if n, m := sqs.Arrived(functest.Sink), len(sqs.Messages(functest.Work)); n != 2000 || m != 3 {
		t.Errorf("%d and %d items sent", n, m)
	}
	// They are delayed.
	first, err := sqs.Queue(functest.Sink).Receive(t.Context(), 1, 20*time.Second, -1)
	if err != nil || len(first) != 1 || first[0].Attributes["star.depth"].StringValue != "1" {
		t.Errorf("%+v, %v", first, err)
	}
	f.Stdout.Want(t, `"received":3,"succeeded":3,"failed":0,"ignored":0,"generated":2003`, "\n")
	if out := f.Stdout.String(); strings.Count(out, "\n") != 1 {
		t.Errorf("metrics %s", out)
	}
}

func TestFailuresOfAnItemAffectNoOther(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startFunction(t, sqs.Environment("hello"))
	batch := newBatch(sqs,
		orders{},
		orders{Fail: &hosttest.Error{Name: "TypeError", Message: "broken", Trace: "at line 7"}},
		orders{Fail: &hosttest.Error{Name: "ValueError", Message: "useless", Action: "drop"}},
		orders{Fail: &hosttest.Error{Name: "Error", Message: "later", Action: "retryAfter", After: 3599.5}},
		orders{Generate: 1, Step: "elsewhere"},
		orders{Generate: 1, Step: "sink", Delay: "NaN"},
		orders{Generate: 1, Step: "sink", Bytes: 2 << 20},
		orders{Generate: 1, Step: "sink", Bytes: 9 << 20},
		orders{Generate: 1, Step: "sink"},
	)
	wantFailed(t, batch, f.Invoke(t, batch.Event(), time.Minute), 1, 3, 4, 5, 6, 7)
	dead := sqs.Messages(functest.DeadLetter)
	if len(dead) != 1 || dead[0].Attributes["star.error"].StringValue != "useless" || dead[0].Attributes["star.error.type"].StringValue != "ValueError" {
		t.Errorf("dead letters %+v", dead)
	}
	if batch.RetryDelay(1) != 1 || batch.RetryDelay(3) != 3600 {
		t.Errorf("visible again after %d s and %d s", batch.RetryDelay(1), batch.RetryDelay(3))
	}
	if n := len(sqs.Messages(functest.Sink)); n != 1 {
		t.Errorf("%d items sent, want 1", n)
	}
	f.Log.Want(t, `"error":"broken","errorType":"TypeError","stack":"at line 7"`, `UnknownStep`, `invalid delay: NaN seconds (allowed: 0 to 900)`,
		`TooLarge`, `item too large: 9437184 bytes (allowed: up to 1048576)`)
}

// TestPrintedOutputDoesNotBreakMetrics: CloudWatch reads metrics line by line, so what a
// handler prints must not end up in their line.
func TestPrintedOutputDoesNotBreakMetrics(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startFunction(t, sqs.Environment("hello"))
	wantBatch(t, sqs, f, time.Minute, []orders{{Print: "half a line"}})
	f.Log.Want(t, "half a line")
	f.Stdout.Want(t, "\n")
	if out := f.Stdout.String(); !json.Valid([]byte(out)) {
		t.Errorf("metrics %q", out)
	}
}

// TestFunctionHandlesSeveralInvocationsAtOnce uses Lambda's mode of several invocations in one
// process. The end of one at its deadline must not affect the others.
func TestFunctionHandlesSeveralInvocationsAtOnce(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	env := sqs.Environment("hello")
	env["AWS_LAMBDA_MAX_CONCURRENCY"] = "4"
	f := startFunction(t, env)
	batches := map[string]*functest.Batch{}
	invoke := func(id string, timeout time.Duration, items ...orders) {
		batches[id] = newBatch(sqs, items...)
		f.Events <- functest.Invocation{ID: id, Event: batches[id].Event(), Timeout: timeout}
	}
	invoke("cut", time.Second, orders{}, orders{Hang: true})
	for i := range 3 {
		invoke(fmt.Sprint(i), time.Minute, orders{Generate: 1000, Step: "sink"}, orders{})
	}
	for range 4 {
		if a := <-f.Answers; a.ID == "cut" {
			wantFailed(t, batches[a.ID], a, 1)
		} else {
			wantFailed(t, batches[a.ID], a)
		}
	}
	wantBatch(t, sqs, f, time.Minute, []orders{{}})
}

func TestFunctionRestartsItsHost(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startFunction(t, sqs.Environment("hello"))
	for _, o := range []orders{{Exit: 3}, {Signal: int(syscall.SIGKILL)}, {Raw: []byte("nonsense")}} {
		wantBatch(t, sqs, f, time.Minute, []orders{o, {Hang: true}}, 0, 1)
		wantBatch(t, sqs, f, time.Minute, []orders{{Generate: 1, Step: "sink"}})
	}
	if n := len(sqs.Messages(functest.Sink)); n != 3 {
		t.Errorf("%d items sent, want 3", n)
	}
	f.Log.Want(t, `"error":"the node process exited with code 3 while the item was being handled","errorType":"HostError"`,
		`"reason":"the node process exited with code 3"`)
}

// TestIgnoreErrorsDoesNotCoverTheEndOfTheHost: an item whose process was ended by another item
// was not handled, so its failure is not the handler's error that IgnoreErrors means.
func TestIgnoreErrorsDoesNotCoverTheEndOfTheHost(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	environment := sqs.Environment("hello")
	environment["STAR_IGNORE_ERRORS"] = "true"
	f := startFunction(t, environment)
	wantBatch(t, sqs, f, time.Minute, []orders{{Exit: 3}, {Hang: true}}, 0, 1)
}

func TestFunctionReportsItemsThatHang(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startFunction(t, sqs.Environment("hello"))
	for _, o := range []orders{{Hang: true}, {Deafen: true}} {
		wantBatch(t, sqs, f, time.Second, []orders{{}, o}, 1)
		wantBatch(t, sqs, f, time.Minute, []orders{{}})
	}
	f.Log.Want(t, "not finished before the function's deadline")
}

func TestFunctionInvokedDirectly(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startFunction(t, sqs.Environment("hello"))
	if a := f.Invoke(t, `{"Tell":true,"Step":"sink","Delay":"0"}`, time.Minute); a.Kind != "response" || a.Body != "null" {
		t.Errorf("answer %+v", a)
	}
	var told struct {
		Attempt   int
		RequestID string
		Deadline  int64
	}
	sent := sqs.Messages(functest.Sink)
	if len(sent) != 1 {
		t.Fatalf("%d items sent, want 1", len(sent))
	}
	if err := json.Unmarshal([]byte(sent[0].Body), &told); err != nil || told.Attempt != 1 || !strings.HasPrefix(told.RequestID, "request-") || told.Deadline <= time.Now().UnixMilli() {
		t.Errorf("told %+v (%v)", told, err)
	}
	if a := f.Invoke(t, `{"Fail":{"name":"TypeError","message":"broken"}}`, time.Minute); a.Kind != "error" || !strings.Contains(a.Body, `"errorMessage":"broken","errorType":"TypeError"`) {
		t.Errorf("answer %+v", a)
	}
}

// TestNothingAcknowledgedIsLost lets the host process end again and again. Each item
// generates one that names it, before or after the process exits. For each
// item that is acknowledged, this one must have arrived.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startFunction(t, sqs.Environment("hello"))
	const batches, items = 12, 40
	acknowledged := 0
	for round := range batches {
		all := make([]orders, items)
		for i := range items {
			o := orders{Tell: true, Step: "sink", Delay: "0", Generate: i % 7}
			switch (i*7 + round) % items {
			case 0:
				o.Exit = 1
			case 1:
				o.Last = true
			case 2:
				o.Signal = int(syscall.SIGKILL)
			}
			all[i] = o
		}
		batch := newBatch(sqs, all...)
		a := f.Invoke(t, batch.Event(), time.Minute)
		returned, sent := failed(t, batch, a), sqs.Messages(functest.Sink)
		for i := range items {
			if !slices.Contains(returned, i) {
				acknowledged++
				wantTold(t, sent, a.ID, batch.ID(i))
			}
		}
	}
	t.Logf("%d of %d items acknowledged", acknowledged, batches*items)
}

// wantTold checks that an item has generated a message with its own ID.
func wantTold(t *testing.T, sent []queue.Message, request, id string) {
	t.Helper()
	for _, m := range sent {
		if strings.Contains(m.Body, `"messageId":"`+id+`"`) && strings.Contains(m.Body, `"requestId":"`+request+`"`) {
			return
		}
	}
	t.Errorf("%s of %s was acknowledged, and what it generated is lost", id, request)
}
