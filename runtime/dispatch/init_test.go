//go:build unix

package dispatch

import (
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/functest"
)

// wantInitError wants texts in what is reported to Lambda and on standard error.
func wantInitError(t *testing.T, l *functest.Lambda, texts ...string) {
	t.Helper()
	var a functest.Answer
	select {
	case a = <-l.Answers:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing reported")
	}
	if err := <-l.Exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("ended with %v", err)
	}
	if a.Kind != "init" {
		t.Errorf("answer %+v", a)
	}
	for _, want := range texts {
		if !strings.Contains(a.Body, want) {
			t.Errorf("%q is not reported: %s", want, a.Body)
		}
		l.Log.Want(t, strings.ReplaceAll(want, `\n`, "\n"))
	}
}

func TestAllThatIsWrongIsReportedTogether(t *testing.T) {
	t.Parallel()
	for handler, text := range map[string]string{
		"broken": `ImportError: no module named nope\nrun npm install`,
		"exit":   "the node process exited with code 7 before the handler was loaded",
	} {
		t.Run(handler, func(t *testing.T) {
			t.Parallel()
			l := startFunction(t, map[string]string{"STAR_HANDLER": handler, "STAR_QUEUES": "work", "STAR_MAX_ATTEMPTS": "many"})
			wantInitError(t, l, text, "STAR_QUEUES", "STAR_MAX_ATTEMPTS")
		})
	}
}

func TestFaultsOfTheEnvironmentEndTheHost(t *testing.T) {
	t.Parallel()
	wantInitError(t, startFunction(t, map[string]string{"STAR_HANDLER": "hello", "STAR_MAX_ATTEMPTS": "many"}), "STAR_MAX_ATTEMPTS")
}

func TestCommandsThatCannotWork(t *testing.T) {
	t.Parallel()
	for text, c := range map[string]struct {
		handler string
		args    []string
	}{
		"usage: dispatcher ROOT INTERPRETER":            {"a.b", nil},
		"usage: dispatcher ROOT":                        {"a.b", []string{"/opt"}},
		"the interpreter is /bin/ruby":                  {"a.b", []string{"/opt", "/bin/ruby", "x.rb"}},
		"STAR_HANDLER is not set; want file.function":   {"", []string{"/opt", "/bin/node", "x.mjs"}},
		"node cannot be started: fork/exec /nowhere/no": {"a.b", []string{"/opt", "/nowhere/node", "x.mjs"}},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			wantInitError(t, startDispatcher(t, map[string]string{"STAR_HANDLER": c.handler}, c.args...), text)
		})
	}
}

func TestDispatcherStartedByHand(t *testing.T) {
	t.Parallel()
	l := startDispatcher(t, map[string]string{"AWS_LAMBDA_RUNTIME_API": "", "STAR_HANDLER": "a.b"})
	if err := <-l.Exited; err == nil || err.Error() != "exit status 1" {
		t.Errorf("ended with %v", err)
	}
	l.Log.Want(t, "star run TEMPLATE")
}

// TestGenerateFunctionNeedsNoHost: there is no interpreter.
func TestGenerateFunctionNeedsNoHost(t *testing.T) {
	t.Parallel()
	sqs := functest.NewSQS(t)
	l := startDispatcher(t, sqs.Environment("star.generate"), "/opt", "/nowhere/python3.13", "/var/runtime/bootstrap.py")
	if a := l.Invoke(t, `{"step":"sink","data":7}`, time.Minute); a.Kind != "response" || a.Body != `{"messageIds":["id-1"]}` {
		t.Errorf("answer %+v", a)
	}
}
