//go:build unix

package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestReadyReportsAllFunctionsThatCannotStart(t *testing.T) {
	t.Parallel()
	o := options(t, "choose")
	o.Functions = []string{"One", "Two", "Three"}
	s, err := Start(t.Context(), parse(t, `
Resources:
  One: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Handler: broken, Code: code}}
  Two: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Handler: environment, Code: code}}
  Three: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Handler: broken, Code: code}}
`), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	err = s.Ready(t.Context())
	for _, want := range []string{"One failed to start: Runtime exited with error: exit status 1\n  TABLE is not set", "Three failed to start"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "Two") {
		t.Error(err)
	}
}

func TestReadyReportsAProgramForAnotherMachine(t *testing.T) {
	t.Parallel()
	o := options(t, "echo")
	bootstrap := filepath.Join(o.Dir, "code", "bootstrap")
	if err := errors.Join(os.Remove(bootstrap), os.WriteFile(bootstrap, []byte("\x7fELF"), 0o700)); err != nil {
		t.Fatal(err)
	}
	err := startStack(t, o, false).Ready(t.Context())
	if want := "exec format error; the program is built for another platform than " + runtime.GOOS + "/" + runtime.GOARCH; err == nil || !strings.Contains(err.Error(), want) {
		t.Error(err)
	}
}

// TestAfterReadyAFailedStartDoesNotEndTheRun kills a process, and makes the
// next ones fail to start: the work continues, because another one may start.
func TestAfterReadyAFailedStartDoesNotEndTheRun(t *testing.T) {
	t.Parallel()
	g, o := newGate(t, "gated")
	s := startStack(t, o, false)
	ready := make(chan error)
	go func() { ready <- s.Ready(t.Context()) }()
	open(g, "go")
	if err := <-ready; err != nil {
		t.Fatal(err)
	}
	reply, err := s.Invoke(t.Context(), "Function", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	fmt.Sscan(string(reply), &pid)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	invoked := make(chan error)
	go func() {
		_, err := s.Invoke(t.Context(), "Function", []byte("{}"))
		var failure *FunctionError
		for err == nil || errors.As(err, &failure) && failure.Type == "Runtime.ExitError" && strings.Contains(failure.Message, "killed") {
			_, err = s.Invoke(t.Context(), "Function", []byte("{}")) // the killed process got it
		}
		invoked <- err
	}()
	open(g, "no")
	var failure *FunctionError
	if err := <-invoked; !errors.As(err, &failure) {
		t.Errorf("got %v", err)
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Error(err)
	}
}

// open controls whether a process of the program "gated" starts.
func open(g gate, word string) {
	c := g.accept()
	fmt.Fprintln(c, word)
	c.Close()
}

// TestQuietMeansNoWorkInProgress looks at a message that is being processed. Then it
// kills the process, and the message waits for its visibility timeout.
func TestQuietMeansNoWorkInProgress(t *testing.T) {
	t.Parallel()
	g, o := newGate(t, "hang")
	s := startStack(t, o, true)
	if err := s.Send("Work", "1"); err != nil {
		t.Fatal(err)
	}
	c := g.accept()
	if s.Snapshot().Quiet {
		t.Error("quiet while a function works")
	}
	s.host.Kill()
	for _, err := c.Read(make([]byte, 1)); err == nil; _, err = c.Read(make([]byte, 1)) {
	}
	for s.activity.Busy() {
		<-s.activity.Settled()
	}
	now := s.Snapshot()
	if q := now.Queues["Work"]; !now.Quiet || q.InFlight != 1 || time.Until(q.Due) < 9*time.Minute {
		t.Errorf("%t, %+v", now.Quiet, q)
	}
}
