package star_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/tests/functest"
)

// startProgram starts the test's program as a function with the environment.
func startProgram(t *testing.T, env map[string]string) *functest.Function {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	env[asProgram] = "1"
	return functest.Start(t, env, executable)
}

// wantFailed checks that the reply to a batch reports exactly the items in these places.
func wantFailed(t *testing.T, batch *functest.Batch, a functest.Answer, want ...int) {
	t.Helper()
	if a.Kind != "response" {
		t.Fatalf("no reply to a batch: %+v", a)
	}
	if got := batch.Settle(a.Body); !slices.Equal(got, want) {
		t.Errorf("failed: %v, want %v", got, want)
	}
}

func TestProgramGeneratesAndSucceeds(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startProgram(t, sqs.Environment("work"))
	a := f.Invoke(t, sqs.Batch(functest.Work, orders{Generate: 25}, orders{Generate: 3}).Event(), time.Minute)
	if a.Body != `{"batchItemFailures":[]}` {
		t.Errorf("reply %+v", a)
	}
	if n := len(sqs.Messages(functest.Sink)); n != 28 {
		t.Errorf("%d items sent, want 28", n)
	}
	if got := sqs.Messages(functest.Sink)[0].Attributes["star.depth"]; got.StringValue != "1" || got.DataType != "Number" {
		t.Errorf("depth %+v", got)
	}
}

func TestFailuresOfAnItemAffectNoOther(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startProgram(t, sqs.Environment("work"))
	batch := sqs.Batch(functest.Work,
		orders{}, orders{Fail: "broken"}, orders{Panic: "boom"}, orders{Drop: "useless"}, `{"Generate": "no number"}`,
		orders{Exit: true}, orders{Retry: "later"}, orders{Hang: true}, orders{Wait: true}, orders{Huge: 2 << 20}, orders{Generate: 1, For: "elsewhere"}, orders{Generate: 1},
	)
	wantFailed(t, batch, f.Invoke(t, batch.Event(), 2*time.Second), 1, 2, 4, 5, 6, 7, 8, 9, 10)
	if dead := sqs.Messages(functest.DeadLetter); len(dead) != 1 || dead[0].Attributes["star.error"].StringValue != "useless" || dead[0].Body != `{"Drop":"useless"}` {
		t.Errorf("dead letters %+v", dead)
	}
	if batch.RetryDelay(1) != 1 || batch.RetryDelay(6) != 3600 {
		t.Errorf("visible again after %d s and %d s", batch.RetryDelay(1), batch.RetryDelay(6))
	}
	if n := len(sqs.Messages(functest.Sink)); n != 1 {
		t.Errorf("%d items sent, want 1", n)
	}
	f.Log.Want(t, `"error":"panic: boom"`, "main_test.go", `"error":"broken"`, `"messageId":"`+batch.ID(1)+`"`, `"attempt":1`, `"step":"work"`)
	// The process is still running.
	batch = sqs.Batch(functest.Work, orders{})
	wantFailed(t, batch, f.Invoke(t, batch.Event(), time.Minute))
}

func TestProgramOutlastsAFaultySQS(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	sqs.Fault = func(call *functest.SendCall) bool {
		switch call.Number {
		case 1:
			call.Reply(503, map[string]string{"__type": "ServiceUnavailable"})
		case 2:
			call.Reply(400, map[string]string{"__type": "com.amazonaws.sqs#RequestThrottled"})
		case 3:
			call.Write([]byte("<html>no JSON"))
		case 4:
			panic(http.ErrAbortHandler)
		case 5: // a response that mentions no entry
			call.Reply(200, map[string]any{"Successful": []any{}, "Failed": []any{}})
		default:
			call.PassOn(func(id string) bool { return call.Number > 8 || id == "0" })
		}
		return true
	}
	f := startProgram(t, sqs.Environment("work"))
	batch := sqs.Batch(functest.Work, orders{Generate: 100})
	wantFailed(t, batch, f.Invoke(t, batch.Event(), time.Minute))
	bodies := map[string]bool{}
	for _, m := range sqs.Messages(functest.Sink) {
		bodies[m.Body] = true
	}
	if len(bodies) != 100 {
		t.Errorf("%d different items arrived, want 100", len(bodies))
	}
}

func TestProgramAsGenerateFunction(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	env := sqs.Environment("star.generate")
	delete(env, "STAR_STEP")
	env["STAR_DEFAULT_STEP"] = "work"
	f := startProgram(t, env)
	a := f.Invoke(t, `{"step": "sink", "data": 7}`, time.Minute)
	sent := sqs.Messages(functest.Sink)
	if a.Kind != "response" || len(sent) != 1 || a.Body != fmt.Sprintf(`{"messageIds":[%q]}`, sent[0].ID) {
		t.Errorf("answer %+v, sent %+v", a, sent)
	}
	a = f.Invoke(t, `{"Generate": 2}`, time.Minute)
	if got := sqs.Messages(functest.Work); len(got) != 1 || got[0].Body != `{"Generate":2}` {
		t.Errorf("answer %+v, sent %+v", a, got)
	}
	a = f.Invoke(t, `{"step": "sinc"}`, time.Minute)
	if a.Kind != "error" || !strings.Contains(a.Body, "did you mean sink?") {
		t.Errorf("answer %+v", a)
	}
	f.Stdout.Want(t, `"step":"generate","generated":1`)
}

func TestProgramInvokedDirectly(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startProgram(t, sqs.Environment("work"))
	if a := f.Invoke(t, `{"Generate": 1}`, time.Minute); a.Kind != "response" || a.Body != "null" || len(sqs.Messages(functest.Sink)) != 1 {
		t.Errorf("answer %+v", a)
	}
	if a := f.Invoke(t, `{"Fail": "broken"}`, time.Minute); a.Kind != "error" || !strings.Contains(a.Body, `"errorMessage":"broken"`) {
		t.Errorf("answer %+v", a)
	}
}

// TestProgramReportsConfigurationErrorsToLambda: the caller of a function that cannot start
// must get all reasons.
func TestProgramReportsConfigurationErrorsToLambda(t *testing.T) {
	t.Parallel()
	f := startProgram(t, map[string]string{"STAR_HANDLER": "wirk", "STAR_QUEUES": "work", "STAR_MAX_ATTEMPTS": "many"})
	var a functest.Answer
	select {
	case a = <-f.Answers:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing reported")
	}
	if err := <-f.Exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("the process ended with %v", err)
	}
	if a.Kind != "init" || !strings.Contains(a.Body, `"errorType":"StarJob.Configuration"`) {
		t.Errorf("answer %+v", a)
	}
	for _, want := range []string{"did you mean work?", "STAR_QUEUES", "STAR_MAX_ATTEMPTS", "sink"} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%s is not reported: %s", want, a.Body)
		}
		f.Log.Want(t, want)
	}
}

func TestProgramOutsideLambdaPrintsItsUsage(t *testing.T) {
	t.Parallel()
	f := startProgram(t, map[string]string{"AWS_LAMBDA_RUNTIME_API": "", "STAR_HANDLER": "work"})
	if err := <-f.Exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("the process ended with %v", err)
	}
	f.Log.Want(t, "star run TEMPLATE")
}

// TestProgramRunsSeveralInvocationsAtOnce is Lambda's mode of several
// invocations in one process.
func TestProgramRunsSeveralInvocationsAtOnce(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	env := sqs.Environment("work")
	env["AWS_LAMBDA_MAX_CONCURRENCY"] = "4"
	f := startProgram(t, env)
	const n = 4
	batches := map[string]*functest.Batch{}
	for i := range n { // none of them gets a response before all have started
		id := fmt.Sprint("request-", i)
		batches[id] = sqs.Batch(functest.Work, orders{Meet: n}, orders{Fail: "broken"})
		f.Events <- functest.Invocation{ID: id, Event: batches[id].Event(), Timeout: time.Minute}
	}
	for range n {
		a := <-f.Answers
		wantFailed(t, batches[a.ID], a, 1)
	}
}
