//go:build unix

package dispatch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/tests/functest"
)

// wantInitError checks for strings in the error that is reported to Lambda and on standard
// error.
func wantInitError(t *testing.T, f *functest.Function, texts ...string) {
	t.Helper()
	var a functest.Answer
	select {
	case a = <-f.Answers:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing reported")
	}
	if err := <-f.Exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("the process ended with %v", err)
	}
	if a.Kind != "init" {
		t.Errorf("answer %+v", a)
	}
	for _, want := range texts {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%q is not reported: %s", want, a.Body)
		}
		f.Log.Want(t, strings.ReplaceAll(want, `\n`, "\n"))
	}
}

func TestAllStartErrorsAreReportedTogether(t *testing.T) {
	t.Parallel()
	for handler, text := range map[string]string{
		"broken": `ImportError: no module named nope\nrun npm install`,
		"exit":   "the node process exited with code 7 before the handler was loaded",
	} {
		t.Run(handler, func(t *testing.T) {
			t.Parallel()
			f := startFunction(t, map[string]string{"STAR_HANDLER": handler, "STAR_QUEUES": "work", "STAR_MAX_ATTEMPTS": "many"})
			wantInitError(t, f, text, "STAR_QUEUES", "STAR_MAX_ATTEMPTS")
		})
	}
}

func TestConfigurationErrorsEndTheHost(t *testing.T) {
	t.Parallel()
	wantInitError(t, startFunction(t, map[string]string{"STAR_HANDLER": "hello", "STAR_MAX_ATTEMPTS": "many"}), "STAR_MAX_ATTEMPTS")
}

func TestInvalidCommandsAreReported(t *testing.T) {
	t.Parallel()
	for text, c := range map[string]struct {
		handler string
		args    []string
	}{
		"usage: dispatcher ROOT INTERPRETER":               {"a.b", nil},
		"usage: dispatcher ROOT":                           {"a.b", []string{"/opt"}},
		"the interpreter is /bin/ruby":                     {"a.b", []string{"/opt", "/bin/ruby", "x.rb"}},
		"STAR_HANDLER is not set (allowed: file.function)": {"", []string{"/opt", "/bin/node", "x.mjs"}},
		"cannot start node: fork/exec /nowhere/no":         {"a.b", []string{"/opt", "/nowhere/node", "x.mjs"}},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			wantInitError(t, startDispatcher(t, map[string]string{"STAR_HANDLER": c.handler}, c.args...), text)
		})
	}
}

func TestDispatcherOutsideLambdaPrintsItsUsage(t *testing.T) {
	t.Parallel()
	f := startDispatcher(t, map[string]string{"AWS_LAMBDA_RUNTIME_API": "", "STAR_HANDLER": "a.b"})
	if err := <-f.Exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("the process ended with %v", err)
	}
	f.Log.Want(t, "star run TEMPLATE")
}

// TestGenerateFunctionNeedsNoHost: there is no interpreter.
func TestGenerateFunctionNeedsNoHost(t *testing.T) {
	t.Parallel()
	sqs := functest.NewJobQueues(t)
	f := startDispatcher(t, sqs.Environment("star.generate"), "/opt", "/nowhere/python3.13", "/var/runtime/bootstrap.py")
	a := f.Invoke(t, `{"step":"sink","data":7}`, time.Minute)
	sent := sqs.Messages(functest.Sink)
	if a.Kind != "response" || len(sent) != 1 || a.Body != fmt.Sprintf(`{"messageIds":[%q]}`, sent[0].ID) {
		t.Errorf("answer %+v, sent %+v", a, sent)
	}
}
