package star_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// failed reads the reply to a batch.
func failedOf(t *testing.T, a answer) []string {
	t.Helper()
	var reply map[string][]map[string]string
	if err := json.Unmarshal([]byte(a.body), &reply); err != nil || a.kind != "response" {
		t.Fatalf("no reply to a batch: %+v (%v)", a, err)
	}
	list, ok := reply["batchItemFailures"]
	if !ok || list == nil || len(reply) != 1 {
		t.Fatalf("malformed reply: %s", a.body)
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
	sqs := newSQS(t)
	l := startProgram(t, sqs.environment("work"))
	a := l.invoke(t, batchOf(t, orders{Generate: 25}, orders{Generate: 3}), time.Minute)
	if a.body != `{"batchItemFailures":[]}` {
		t.Errorf("reply %+v", a)
	}
	if n := len(sqs.in("try-sink")); n != 28 {
		t.Errorf("%d items sent, want 28", n)
	}
	if got := sqs.in("try-sink")[0].Attributes["star.depth"]; got.StringValue != "1" || got.DataType != "Number" {
		t.Errorf("depth %+v", got)
	}
}

func TestProgramFailsEachWayAlone(t *testing.T) {
	t.Parallel()
	sqs := newSQS(t)
	l := startProgram(t, sqs.environment("work"))
	a := l.invoke(t, batchOf(t,
		orders{}, orders{Fail: "broken"}, orders{Panic: "boom"}, orders{Drop: "useless"}, `{"Generate": "no number"}`,
		orders{Exit: true}, orders{Retry: "later"}, orders{Hang: true}, orders{Wait: true}, orders{Huge: 2 << 20}, orders{Generate: 1, For: "elsewhere"}, orders{Generate: 1},
	), 2*time.Second)
	wantIDs(t, failedOf(t, a), "m1", "m10", "m2", "m4", "m5", "m6", "m7", "m8", "m9")
	if dead := sqs.in("try-work-dead"); len(dead) != 1 || dead[0].Attributes["star.error"].StringValue != "useless" || dead[0].Body != `{"Drop":"useless"}` {
		t.Errorf("dead letters %+v", dead)
	}
	if sqs.returned["r1"] != 1 || sqs.returned["r6"] != 3600 {
		t.Errorf("returned after %v", sqs.returned)
	}
	if n := len(sqs.in("try-sink")); n != 1 {
		t.Errorf("%d items sent, want 1", n)
	}
	log := l.log.String()
	for _, want := range []string{`"error":"panic: boom"`, "main_test.go", `"error":"broken"`, `"messageId":"m1"`, `"attempt":1`, `"step":"work"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s", want)
		}
	}
	// The process lives.
	wantIDs(t, failedOf(t, l.invoke(t, batchOf(t, orders{}), time.Minute)))
}

func TestProgramOutlastsAFaultySQS(t *testing.T) {
	t.Parallel()
	sqs := newSQS(t)
	sqs.fault = func(call int, request sendBatch, w http.ResponseWriter) bool {
		switch call {
		case 1:
			reply(w, 503, map[string]string{"__type": "ServiceUnavailable"})
		case 2:
			reply(w, 400, map[string]string{"__type": "com.amazonaws.sqs#RequestThrottled"})
		case 3:
			w.Write([]byte("<html>no JSON"))
		case 4:
			panic(http.ErrAbortHandler)
		case 5: // accepted, but nothing said about it
			reply(w, 200, map[string]any{"Successful": []any{}, "Failed": []any{}})
		default:
			sqs.accept(w, request, func(m sentMessage) bool { return call > 8 || m.Id == "0" })
		}
		return true
	}
	l := startProgram(t, sqs.environment("work"))
	wantIDs(t, failedOf(t, l.invoke(t, batchOf(t, orders{Generate: 100}), time.Minute)))
	bodies := map[string]bool{}
	for _, m := range sqs.in("try-sink") {
		bodies[m.Body] = true
	}
	if len(bodies) != 100 {
		t.Errorf("%d different items arrived, want 100", len(bodies))
	}
}

func TestProgramAsGenerateFunction(t *testing.T) {
	t.Parallel()
	sqs := newSQS(t)
	env := sqs.environment("star.generate")
	delete(env, "STAR_STEP")
	env["STAR_DEFAULT_STEP"] = "work"
	l := startProgram(t, env)
	a := l.invoke(t, `{"step": "sink", "data": 7}`, time.Minute)
	if a.kind != "response" || a.body != `{"messageIds":["id-1"]}` {
		t.Errorf("answer %+v", a)
	}
	a = l.invoke(t, `{"Generate": 2}`, time.Minute)
	if got := sqs.in("try-work"); len(got) != 1 || got[0].Body != `{"Generate":2}` {
		t.Errorf("answer %+v, sent %+v", a, got)
	}
	a = l.invoke(t, `{"step": "sinc"}`, time.Minute)
	if a.kind != "error" || !strings.Contains(a.body, "did you mean sink?") {
		t.Errorf("answer %+v", a)
	}
	if !strings.Contains(l.stdout.String(), `"step":"generate","generated":1`) {
		t.Errorf("metrics %s", l.stdout.String())
	}
}

func TestProgramInvokedDirectly(t *testing.T) {
	t.Parallel()
	sqs := newSQS(t)
	l := startProgram(t, sqs.environment("work"))
	if a := l.invoke(t, `{"Generate": 1}`, time.Minute); a.kind != "response" || a.body != "null" || len(sqs.in("try-sink")) != 1 {
		t.Errorf("answer %+v", a)
	}
	if a := l.invoke(t, `{"Fail": "broken"}`, time.Minute); a.kind != "error" || !strings.Contains(a.body, `"errorMessage":"broken"`) {
		t.Errorf("answer %+v", a)
	}
}

// TestProgramReportsItsFaultsToLambda: whoever invokes a function that cannot
// work must read why, all at once.
func TestProgramReportsItsFaultsToLambda(t *testing.T) {
	t.Parallel()
	l := startProgram(t, map[string]string{"STAR_HANDLER": "wirk", "STAR_QUEUES": "work", "STAR_MAX_ATTEMPTS": "many"})
	var a answer
	select {
	case a = <-l.answers:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing reported")
	}
	if err := <-l.exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("ended with %v", err)
	}
	if a.kind != "init" || !strings.Contains(a.body, `"errorType":"StarJob.Configuration"`) {
		t.Errorf("answer %+v", a)
	}
	for _, want := range []string{"did you mean work?", "STAR_QUEUES", "STAR_MAX_ATTEMPTS", "sink"} {
		if !strings.Contains(a.body, want) || !strings.Contains(l.log.String(), want) {
			t.Errorf("%s is not reported: %s", want, a.body)
		}
	}
}

func TestProgramStartedByHandSaysHowToStartIt(t *testing.T) {
	t.Parallel()
	l := startProgram(t, map[string]string{"AWS_LAMBDA_RUNTIME_API": "", "STAR_HANDLER": "work"})
	if err := <-l.exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("ended with %v", err)
	}
	if !strings.Contains(l.log.String(), "star run TEMPLATE") {
		t.Errorf("said %q", l.log.String())
	}
}

// TestProgramRunsSeveralInvocationsAtOnce is Lambda's mode of several
// invocations in one process.
func TestProgramRunsSeveralInvocationsAtOnce(t *testing.T) {
	t.Parallel()
	sqs := newSQS(t)
	env := sqs.environment("work")
	env["AWS_LAMBDA_MAX_CONCURRENCY"] = "4"
	l := startProgram(t, env)
	const n = 4
	for i := range n { // none is answered before all are there
		l.events <- invocation{fmt.Sprint("request-", i), batchOf(t, orders{Meet: n}, orders{Fail: "broken"}), time.Minute}
	}
	for range n {
		wantIDs(t, failedOf(t, <-l.answers), "m1")
	}
}
