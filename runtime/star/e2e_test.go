package star_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/functest"
)

// startProgram starts the test's program as a function with the environment.
func startProgram(t *testing.T, env map[string]string) *functest.Lambda {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	env[asProgram] = "1"
	return functest.Start(t, env, executable)
}

// failed reads the reply to a batch.
func failedOf(t *testing.T, a functest.Answer) []string {
	t.Helper()
	var reply map[string][]map[string]string
	if err := json.Unmarshal([]byte(a.Body), &reply); err != nil || a.Kind != "response" {
		t.Fatalf("no reply to a batch: %+v (%v)", a, err)
	}
	list, ok := reply["batchItemFailures"]
	if !ok || list == nil || len(reply) != 1 {
		t.Fatalf("malformed reply: %s", a.Body)
	}
	ids := []string{}
	for _, f := range list {
		ids = append(ids, f["itemIdentifier"])
	}
	slices.Sort(ids)
	return ids
}

func wantIDs(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("failed: %v, want %v", got, want)
	}
}

func TestProgramGeneratesAndSucceeds(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startProgram(t, sqs.Environment("work"))
	a := l.Invoke(t, functest.Batch(t, orders{Generate: 25}, orders{Generate: 3}), time.Minute)
	if a.Body != `{"batchItemFailures":[]}` {
		t.Errorf("reply %+v", a)
	}
	if n := len(sqs.In("try-sink")); n != 28 {
		t.Errorf("%d items sent, want 28", n)
	}
	if got := sqs.In("try-sink")[0].Attributes["star.depth"]; got.StringValue != "1" || got.DataType != "Number" {
		t.Errorf("depth %+v", got)
	}
}

func TestProgramFailsEachWayAlone(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startProgram(t, sqs.Environment("work"))
	a := l.Invoke(t, functest.Batch(t,
		orders{}, orders{Fail: "broken"}, orders{Panic: "boom"}, orders{Drop: "useless"}, `{"Generate": "no number"}`,
		orders{Exit: true}, orders{Retry: "later"}, orders{Hang: true}, orders{Wait: true}, orders{Huge: 2 << 20}, orders{Generate: 1, For: "elsewhere"}, orders{Generate: 1},
	), 2*time.Second)
	wantIDs(t, failedOf(t, a), "m1", "m10", "m2", "m4", "m5", "m6", "m7", "m8", "m9")
	if dead := sqs.In("try-work-dead"); len(dead) != 1 || dead[0].Attributes["star.error"].StringValue != "useless" || dead[0].Body != `{"Drop":"useless"}` {
		t.Errorf("dead letters %+v", dead)
	}
	if sqs.Returned("r1") != 1 || sqs.Returned("r6") != 3600 {
		t.Errorf("returned after %d and %d", sqs.Returned("r1"), sqs.Returned("r6"))
	}
	if n := len(sqs.In("try-sink")); n != 1 {
		t.Errorf("%d items sent, want 1", n)
	}
	l.Log.Want(t, `"error":"panic: boom"`, "main_test.go", `"error":"broken"`, `"messageId":"m1"`, `"attempt":1`, `"step":"work"`)
	// The process lives.
	wantIDs(t, failedOf(t, l.Invoke(t, functest.Batch(t, orders{}), time.Minute)))
}

func TestProgramOutlastsAFaultySQS(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	sqs.Fault = func(call int, request functest.SendBatch, w http.ResponseWriter) bool {
		switch call {
		case 1:
			functest.Reply(w, 503, map[string]string{"__type": "ServiceUnavailable"})
		case 2:
			functest.Reply(w, 400, map[string]string{"__type": "com.amazonaws.sqs#RequestThrottled"})
		case 3:
			w.Write([]byte("<html>no JSON"))
		case 4:
			panic(http.ErrAbortHandler)
		case 5: // accepted, but nothing said about it
			functest.Reply(w, 200, map[string]any{"Successful": []any{}, "Failed": []any{}})
		default:
			sqs.Accept(w, request, func(m functest.Message) bool { return call > 8 || m.Id == "0" })
		}
		return true
	}
	l := startProgram(t, sqs.Environment("work"))
	wantIDs(t, failedOf(t, l.Invoke(t, functest.Batch(t, orders{Generate: 100}), time.Minute)))
	bodies := map[string]bool{}
	for _, m := range sqs.In("try-sink") {
		bodies[m.Body] = true
	}
	if len(bodies) != 100 {
		t.Errorf("%d different items arrived, want 100", len(bodies))
	}
}

func TestProgramAsGenerateFunction(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	env := sqs.Environment("star.generate")
	delete(env, "STAR_STEP")
	env["STAR_DEFAULT_STEP"] = "work"
	l := startProgram(t, env)
	a := l.Invoke(t, `{"step": "sink", "data": 7}`, time.Minute)
	if a.Kind != "response" || a.Body != `{"messageIds":["id-1"]}` {
		t.Errorf("answer %+v", a)
	}
	a = l.Invoke(t, `{"Generate": 2}`, time.Minute)
	if got := sqs.In("try-work"); len(got) != 1 || got[0].Body != `{"Generate":2}` {
		t.Errorf("answer %+v, sent %+v", a, got)
	}
	a = l.Invoke(t, `{"step": "sinc"}`, time.Minute)
	if a.Kind != "error" || !strings.Contains(a.Body, "did you mean sink?") {
		t.Errorf("answer %+v", a)
	}
	l.Stdout.Want(t, `"step":"generate","generated":1`)
}

func TestProgramInvokedDirectly(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startProgram(t, sqs.Environment("work"))
	if a := l.Invoke(t, `{"Generate": 1}`, time.Minute); a.Kind != "response" || a.Body != "null" || len(sqs.In("try-sink")) != 1 {
		t.Errorf("answer %+v", a)
	}
	if a := l.Invoke(t, `{"Fail": "broken"}`, time.Minute); a.Kind != "error" || !strings.Contains(a.Body, `"errorMessage":"broken"`) {
		t.Errorf("answer %+v", a)
	}
}

// TestProgramReportsItsFaultsToLambda: whoever invokes a function that cannot
// work must read why, all at once.
func TestProgramReportsItsFaultsToLambda(t *testing.T) {
	t.Parallel()
	l := startProgram(t, map[string]string{"STAR_HANDLER": "wirk", "STAR_QUEUES": "work", "STAR_MAX_ATTEMPTS": "many"})
	var a functest.Answer
	select {
	case a = <-l.Answers:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing reported")
	}
	if err := <-l.Exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("ended with %v", err)
	}
	if a.Kind != "init" || !strings.Contains(a.Body, `"errorType":"StarJob.Configuration"`) {
		t.Errorf("answer %+v", a)
	}
	for _, want := range []string{"did you mean work?", "STAR_QUEUES", "STAR_MAX_ATTEMPTS", "sink"} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%s is not reported: %s", want, a.Body)
		}
		l.Log.Want(t, want)
	}
}

func TestProgramStartedByHandSaysHowToStartIt(t *testing.T) {
	t.Parallel()
	l := startProgram(t, map[string]string{"AWS_LAMBDA_RUNTIME_API": "", "STAR_HANDLER": "work"})
	if err := <-l.Exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("ended with %v", err)
	}
	l.Log.Want(t, "star run TEMPLATE")
}

// TestProgramRunsSeveralInvocationsAtOnce is Lambda's mode of several
// invocations in one process.
func TestProgramRunsSeveralInvocationsAtOnce(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	env := sqs.Environment("work")
	env["AWS_LAMBDA_MAX_CONCURRENCY"] = "4"
	l := startProgram(t, env)
	const n = 4
	for i := range n { // none is answered before all are there
		l.Events <- functest.Invocation{ID: fmt.Sprint("request-", i), Event: functest.Batch(t, orders{Meet: n}, orders{Fail: "broken"}), Timeout: time.Minute}
	}
	for range n {
		wantIDs(t, failedOf(t, <-l.Answers), "m1")
	}
}
