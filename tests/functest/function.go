// Package functest runs a program as a Lambda function's process, for tests of
// entire programs. Start gives it a Runtime API, NewQueues the queues of local/queue,
// and a Batch is the batch that its event source mapping would send to it.
//
// The Runtime API is not local/sandbox, because these tests need what star run has
// no use for: a deadline for each invocation, several invocations at the same time
// in one process, and the exit status of a process that cannot start.
package functest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// Function is the process of a function, behind its own Runtime API.
type Function struct {
	Events  chan Invocation // an event is accepted when the process asks for one
	Answers chan Answer
	Log     Buffer // standard error
	Stdout  Buffer
	Exited  chan error // receives the process's exit status
}

// Invocation is an event for the process, which has Timeout from its delivery on.
type Invocation struct {
	ID, Event string
	Timeout   time.Duration
}

// Answer is the message that the process has posted: Kind is response, error or init (an error
// before the first event, without an ID).
type Answer struct{ Kind, ID, Body string }

// Buffer collects the output of several goroutines.
type Buffer struct {
	mu      sync.Mutex
	text    bytes.Buffer
	written chan struct{} // closed with the next write; nil if nothing waits for it
}

// Write adds to the buffer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.written != nil {
		close(b.written)
		b.written = nil
	}
	return b.text.Write(p)
}

// String returns all that was written.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// Want waits until each of the strings was written, and fails the test after 20
// seconds, because the output of a process may arrive after its answer.
func (b *Buffer) Want(t *testing.T, texts ...string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for _, text := range texts {
		for all, more := b.state(); !strings.Contains(all, text); all, more = b.state() {
			select {
			case <-more:
			case <-late:
				t.Errorf("%q was never written", text)
				return
			}
		}
	}
}

// state returns all that was written, and a channel that is closed by the next
// write.
func (b *Buffer) state() (all string, more <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.written == nil {
		b.written = make(chan struct{})
	}
	return b.text.String(), b.written
}

// Start starts a command with an environment, to which it adds the variables that
// Lambda sets. The process is killed at the end of the test.
func Start(t *testing.T, env map[string]string, command ...string) *Function {
	t.Helper()
	f := &Function{Events: make(chan Invocation), Answers: make(chan Answer, 10), Exited: make(chan error, 1)}
	server := httptest.NewServer(f)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"),
		"AWS_REGION=" + Region, "AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY=secret"}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = &f.Stdout, &f.Log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { f.Exited <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		server.CloseClientConnections()
		server.Close()
		if t.Failed() {
			t.Logf("stderr:\n%s\nstdout:\n%s", f.Log.String(), f.Stdout.String())
		}
	})
	return f
}

// ServeHTTP implements the Runtime API.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (f *Function) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/")
	if path == "invocation/next" {
		select {
		case i := <-f.Events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.ID)
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(i.Timeout).UnixMilli()))
			io.WriteString(w, i.Event)
		case <-r.Context().Done():
		}
		return
	}
	body, _ := io.ReadAll(r.Body)
	parts := strings.Split(path, "/")
	a := Answer{Kind: parts[len(parts)-1], Body: string(body)}
	if parts[0] == "invocation" {
		a.ID = parts[1]
	} else {
		a.Kind = "init"
	}
	f.Answers <- a
	w.WriteHeader(http.StatusAccepted)
}

// Invoke runs one invocation and returns its answer. The test ends if the process
// does, or if there is no answer 20 seconds after the deadline.
func (f *Function) Invoke(t *testing.T, event string, timeout time.Duration) Answer {
	t.Helper()
	select {
	case f.Events <- Invocation{fmt.Sprint("request-", time.Now().UnixNano()), event, timeout}:
	case err := <-f.Exited:
		t.Fatalf("the process has ended: %v", err)
	}
	select {
	case a := <-f.Answers:
		return a
	case err := <-f.Exited:
		t.Fatalf("the process has ended: %v", err)
	case <-time.After(timeout + 20*time.Second):
		t.Fatal("no answer")
	}
	panic("unreachable")
}
