//go:build unix

package sandbox

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

func init() {
	programs["greet"] = func() {
		fmt.Println("hello")
		lambda.Start(act)
	}
	programs["late"] = func() { // starts when the gate opens
		enter()
		lambda.Start(act)
	}
	programs["client"] = func() {
		lambda.Start(func(ctx context.Context) (any, error) {
			c, _ := lambdacontext.FromContext(ctx)
			return []string{c.AwsRequestID, c.InvokedFunctionArn, c.ClientContext.Custom["a"]}, nil
		})
	}
}

const reported = `END RequestId: \S+\nREPORT RequestId: \S+\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\t`

// TestLogOfAnInvocation allows for what a program prints after it has answered: it
// is in the log if it is read before the invocation ends.
func TestLogOfAnInvocation(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "greet")
	const begun = `^START RequestId: \S+ Version: \$LATEST\n`
	for _, c := range []struct {
		name string
		event
		want string
	}{
		{"cold", event{Do: "print", Text: "x", N: 1}, `^hello\n` + begun[1:] + `(0 x\n){2}` + reported + `Init Duration: \d+\.\d\d ms\t\n$`},
		{"warm", event{Do: "print", Text: "y", N: 1}, begun + `(unfinished0 y\n0 y\n|0 y\nunfinished0 y\n)` + reported + `\n$`},
		{"failed", event{Do: "fail", Text: "no"}, begun + `.*"errorMessage":"no".*\n` + reported + `\n$`},
		{"crashed", event{Do: "panic", Text: "help"}, begun + `.*"errorMessage":"help".*\n(.*the process should exit\n)?` + reported + `\n$`},
	} {
		in := c.payload()
		in.Tail = true
		r, err := b.Invoke(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(c.want).Match(r.Log) || !strings.Contains(string(r.Log), "END RequestId: "+r.RequestID+"\n") {
			t.Errorf("%s: the log is\n%s", c.name, r.Log)
		}
	}
	if r := b.invoke(event{Do: "echo"}); r.Log != nil { // Tail is not set
		t.Errorf("%q", r.Log)
	}
}

func TestLogOfAProcessThatDoesNotStart(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "exit")
	r, err := b.Invoke(t.Context(), Invocation{Payload: []byte("{}"), Tail: true})
	if err != nil || !regexp.MustCompile(`^no configuration\n`+reported).Match(r.Log) {
		t.Errorf("%v:\n%s", err, r.Log)
	}
}

func TestLogOfAnInvocationOverItsTime(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act", through(newGate(t)), timeout(50*time.Millisecond))
	in := event{Do: "enter"}.payload()
	in.Tail = true
	r, err := b.Invoke(t.Context(), in)
	if err != nil || !regexp.MustCompile(`^START .*\n`+reported).Match(r.Log) {
		t.Errorf("%v:\n%s", err, r.Log)
	}
}

func TestOnlyTheLogsEndIsKept(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "act")
	in := event{Do: "print", Text: strings.Repeat("x", 90), N: 100}.payload()
	in.Tail = true
	r, err := b.Invoke(t.Context(), in)
	if err != nil || len(r.Log) != 4096 || !strings.Contains(string(r.Log), "99 xxx") || !strings.Contains(string(r.Log), "REPORT") {
		t.Errorf("%v: %d bytes:\n%s", err, len(r.Log), r.Log)
	}
}

func TestTheFunctionSeesItsInvocation(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "client")
	r, err := b.Invoke(t.Context(), Invocation{RequestID: "6c0a-id", Payload: []byte("{}"), Qualifier: "live", ClientContext: `{"custom":{"a":"b"}}`})
	const want = `["6c0a-id","arn:aws:lambda:eu-west-1:123456789012:function:f:live","b"]`
	if err != nil || string(r.Payload) != want || r.RequestID != "6c0a-id" {
		t.Errorf("%v: %+v %s", err, r, r.Payload)
	}
}
