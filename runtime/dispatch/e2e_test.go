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

	"github.com/serverless-star/starjob/runtime/internal/functest"
)

type orders = functest.Orders

// failed are the message IDs of the items that come back.
func failed(t *testing.T, a functest.Answer) []string {
	t.Helper()
	var reply struct {
		Failures []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal([]byte(a.Body), &reply); err != nil || a.Kind != "response" || reply.Failures == nil {
		t.Fatalf("no reply to a batch: %+v (%v)", a, err)
	}
	ids := []string{}
	for _, f := range reply.Failures {
		ids = append(ids, f.ID)
	}
	slices.Sort(ids)
	return ids
}

func wantFailed(t *testing.T, a functest.Answer, want ...string) {
	t.Helper()
	if got := failed(t, a); !slices.Equal(got, want) {
		t.Errorf("failed: %v, want %v", got, want)
	}
}

func TestFunctionGeneratesAndSucceeds(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startFunction(t, sqs.Environment("hello"))
	a := l.Invoke(t, functest.Batch(t, orders{Generate: 2000, Step: "sink", Delay: "1.5"}, orders{Generate: 3, Step: "work"}, orders{}), time.Minute)
	wantFailed(t, a)
	if n, m := len(sqs.In("try-sink")), len(sqs.In("try-work")); n != 2000 || m != 3 {
		t.Errorf("%d and %d items sent", n, m)
	}
	first := sqs.In("try-sink")[0]
	if first.Attributes["star.depth"].StringValue != "1" {
		t.Errorf("%+v", first)
	}
	l.Stdout.Want(t, `"received":3,"succeeded":3,"failed":0,"ignored":0,"generated":2003`, "\n")
	if out := l.Stdout.String(); strings.Count(out, "\n") != 1 {
		t.Errorf("metrics %s", out)
	}
}

func TestFunctionFailsEachWayAlone(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startFunction(t, sqs.Environment("hello"))
	a := l.Invoke(t, functest.Batch(t,
		orders{},
		orders{Fail: &functest.Error{Name: "TypeError", Message: "broken", Trace: "at line 7"}},
		orders{Fail: &functest.Error{Name: "ValueError", Message: "useless", Action: "drop"}},
		orders{Fail: &functest.Error{Name: "Error", Message: "later", Action: "retryAfter", After: 3599.5}},
		orders{Generate: 1, Step: "elsewhere"},
		orders{Generate: 1, Step: "sink", Delay: "NaN"},
		orders{Generate: 1, Step: "sink", Bytes: 2 << 20},
		orders{Generate: 1, Step: "sink", Bytes: 9 << 20},
		orders{Generate: 1, Step: "sink"},
	), time.Minute)
	wantFailed(t, a, "m1", "m3", "m4", "m5", "m6", "m7")
	dead := sqs.In("try-work-dead")
	if len(dead) != 1 || dead[0].Attributes["star.error"].StringValue != "useless" || dead[0].Attributes["star.error.type"].StringValue != "ValueError" {
		t.Errorf("dead letters %+v", dead)
	}
	if sqs.Returned("r1") != 1 || sqs.Returned("r3") != 3600 {
		t.Errorf("returned after %d and %d", sqs.Returned("r1"), sqs.Returned("r3"))
	}
	if n := len(sqs.In("try-sink")); n != 1 {
		t.Errorf("%d items sent, want 1", n)
	}
	l.Log.Want(t, `"error":"broken","errorType":"TypeError","stack":"at line 7"`, `UnknownStep`, `the delay is NaN seconds; SQS takes 0 to 900`,
		`TooLarge`, `the item has 9437184 bytes; SQS takes 1048576`)
}

// TestPrintedTextSpoilsNoMetrics: CloudWatch reads them line by line.
func TestPrintedTextSpoilsNoMetrics(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startFunction(t, sqs.Environment("hello"))
	wantFailed(t, l.Invoke(t, functest.Batch(t, orders{Print: "half a line"}), time.Minute))
	l.Log.Want(t, "half a line")
	l.Stdout.Want(t, "\n")
	if out := l.Stdout.String(); !json.Valid([]byte(out)) {
		t.Errorf("metrics %q", out)
	}
}

// TestSeveralInvocationsAtOnce is Lambda's mode of several invocations in one
// process. One that is cut off costs the others nothing.
func TestSeveralInvocationsAtOnce(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	env := sqs.Environment("hello")
	env["AWS_LAMBDA_MAX_CONCURRENCY"] = "4"
	l := startFunction(t, env)
	cut := functest.Batch(t, orders{}, orders{Hang: true})
	l.Events <- functest.Invocation{ID: "cut", Event: cut, Timeout: time.Second}
	for i := range 3 {
		l.Events <- functest.Invocation{ID: fmt.Sprint(i), Event: functest.Batch(t, orders{Generate: 1000, Step: "sink"}, orders{}), Timeout: time.Minute}
	}
	for range 4 {
		if a := <-l.Answers; a.ID == "cut" {
			wantFailed(t, a, "m1")
		} else {
			wantFailed(t, a)
		}
	}
	wantFailed(t, l.Invoke(t, functest.Batch(t, orders{}), time.Minute))
}

func TestFunctionOutlivesItsHost(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startFunction(t, sqs.Environment("hello"))
	for _, o := range []orders{{Exit: 3}, {Signal: int(syscall.SIGKILL)}, {Raw: []byte("nonsense")}} {
		wantFailed(t, l.Invoke(t, functest.Batch(t, o, orders{Hang: true}), time.Minute), "m0", "m1")
		wantFailed(t, l.Invoke(t, functest.Batch(t, orders{Generate: 1, Step: "sink"}), time.Minute))
	}
	if n := len(sqs.In("try-sink")); n != 3 {
		t.Errorf("%d items sent, want 3", n)
	}
	l.Log.Want(t, `"error":"the node process exited with code 3 while the item was being handled","errorType":"HostError"`,
		`"reason":"the node process exited with code 3"`)
}

// TestIgnoredErrorsAreTheHandlers: an item whose process was ended by another one
// was not handled, and is nothing to ignore.
func TestIgnoredErrorsAreTheHandlers(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	environment := sqs.Environment("hello")
	environment["STAR_IGNORE_ERRORS"] = "true"
	l := startFunction(t, environment)
	wantFailed(t, l.Invoke(t, functest.Batch(t, orders{Exit: 3}, orders{Hang: true}), time.Minute), "m0", "m1")
}

func TestFunctionGivesBackWhatHangs(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startFunction(t, sqs.Environment("hello"))
	for _, o := range []orders{{Hang: true}, {Deafen: true}} {
		wantFailed(t, l.Invoke(t, functest.Batch(t, orders{}, o), time.Second), "m1")
		wantFailed(t, l.Invoke(t, functest.Batch(t, orders{}), time.Minute))
	}
	l.Log.Want(t, "not finished before the function's deadline")
}

func TestFunctionInvokedDirectly(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startFunction(t, sqs.Environment("hello"))
	if a := l.Invoke(t, `{"Tell":true,"Step":"sink"}`, time.Minute); a.Kind != "response" || a.Body != "null" {
		t.Errorf("answer %+v", a)
	}
	var told struct {
		Attempt   int
		RequestID string
		Deadline  int64
	}
	if err := json.Unmarshal([]byte(sqs.In("try-sink")[0].Body), &told); err != nil || told.Attempt != 1 || !strings.HasPrefix(told.RequestID, "request-") || told.Deadline <= time.Now().UnixMilli() {
		t.Errorf("told %+v (%v)", told, err)
	}
	if a := l.Invoke(t, `{"Fail":{"name":"TypeError","message":"broken"}}`, time.Minute); a.Kind != "error" || !strings.Contains(a.Body, `"errorMessage":"broken","errorType":"TypeError"`) {
		t.Errorf("answer %+v", a)
	}
}

// TestNothingAcknowledgedIsLost lets the host die again and again. Each item
// generates one that names it, before or after the host is asked to die; what is
// acknowledged must have arrived.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startFunction(t, sqs.Environment("hello"))
	const batches, items = 12, 40
	acknowledged := 0
	for round := range batches {
		var all []any
		for i := range items {
			o := orders{Tell: true, Step: "sink", Generate: i % 7}
			switch (i*7 + round) % items {
			case 0:
				o.Exit = 1
			case 1:
				o.Last = true
			case 2:
				o.Signal = int(syscall.SIGKILL)
			}
			all = append(all, o)
		}
		a := l.Invoke(t, functest.Batch(t, all...), time.Minute)
		lost := failed(t, a)
		for i := range items {
			if id := fmt.Sprint("m", i); !slices.Contains(lost, id) {
				acknowledged++
				wantTold(t, sqs, a.ID, id)
			}
		}
	}
	t.Logf("%d of %d items acknowledged", acknowledged, batches*items)
}

// wantTold wants the item that another one has generated.
func wantTold(t *testing.T, sqs *functest.SQS, request, id string) {
	t.Helper()
	for _, m := range sqs.In("try-sink") {
		if strings.Contains(m.Body, `"messageId":"`+id+`"`) && strings.Contains(m.Body, `"requestId":"`+request+`"`) {
			return
		}
	}
	t.Errorf("%s of %s was acknowledged, and what it generated is lost", id, request)
}
