// Package functest stands in for what a function's process speaks with: Lambda's
// Runtime API, and SQS. It is for tests of whole programs.
package functest

import (
	"bytes"
	"encoding/json"
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

// Lambda is a Runtime API with one function process behind it.
type Lambda struct {
	Events  chan Invocation
	Answers chan Answer
	Log     Buffer // standard error
	Stdout  Buffer
	Exited  chan error // gets what Wait says
}

// Invocation is an event for the process.
type Invocation struct {
	ID, Event string
	Timeout   time.Duration
}

// Answer is what the process said: Kind is response, error or init.
type Answer struct{ Kind, ID, Body string }

// Buffer gathers what several goroutines write.
type Buffer struct {
	mu      sync.Mutex
	b       bytes.Buffer
	written chan struct{} // closed with the next write; nil while nobody waits
}

// Write adds to the buffer.
func (s *Buffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.written != nil {
		close(s.written)
		s.written = nil
	}
	return s.b.Write(p)
}

// String returns all that was written.
func (s *Buffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// Want waits until each of the texts was written: what a process writes may
// arrive after its answer.
func (s *Buffer) Want(t *testing.T, texts ...string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for _, text := range texts {
		for all, more := s.look(); !strings.Contains(all, text); all, more = s.look() {
			select {
			case <-more:
			case <-late:
				t.Errorf("there is no %q", text)
				return
			}
		}
	}
}

// look returns all that was written, and a channel that closes when there is
// more.
func (s *Buffer) look() (all string, more <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.written == nil {
		s.written = make(chan struct{})
	}
	return s.b.String(), s.written
}

// Start starts a command as a function's process, with the environment and what
// Lambda adds to it.
func Start(t *testing.T, env map[string]string, command ...string) *Lambda {
	t.Helper()
	l := &Lambda{Events: make(chan Invocation), Answers: make(chan Answer, 10), Exited: make(chan error, 1)}
	server := httptest.NewServer(l)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"),
		"AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY=secret"}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = &l.Stdout, &l.Log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { l.Exited <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		server.CloseClientConnections()
		server.Close()
		if t.Failed() {
			t.Logf("stderr:\n%s\nstdout:\n%s", l.Log.String(), l.Stdout.String())
		}
	})
	return l
}

// ServeHTTP is the Runtime API.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (l *Lambda) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/")
	if path == "invocation/next" {
		select {
		case i := <-l.Events:
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
	l.Answers <- a
	w.WriteHeader(http.StatusAccepted)
}

// Invoke runs one invocation.
func (l *Lambda) Invoke(t *testing.T, event string, timeout time.Duration) Answer {
	t.Helper()
	select {
	case l.Events <- Invocation{fmt.Sprint("request-", time.Now().UnixNano()), event, timeout}:
	case err := <-l.Exited:
		t.Fatalf("the program ended: %v", err)
	}
	select {
	case a := <-l.Answers:
		return a
	case err := <-l.Exited:
		t.Fatalf("the program ended: %v", err)
	case <-time.After(timeout + 20*time.Second):
		t.Fatal("no answer")
	}
	panic("unreachable")
}

// Batch makes Lambda's event for items, whose message IDs are m0, m1 and so on.
// A text is a body as it is; anything else is encoded.
func Batch(t *testing.T, items ...any) string {
	t.Helper()
	var records []map[string]any
	for i, item := range items {
		body, ok := item.(string)
		if !ok {
			text, err := json.Marshal(item)
			if err != nil {
				t.Fatal(err)
			}
			body = string(text)
		}
		records = append(records, map[string]any{
			"messageId": fmt.Sprint("m", i), "receiptHandle": fmt.Sprint("r", i), "body": body,
			"attributes":        map[string]string{"ApproximateReceiveCount": "1", "SentTimestamp": "1700000000000"},
			"messageAttributes": map[string]any{}, "eventSource": "aws:sqs",
			"eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:try-work",
		})
	}
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		t.Fatal(err)
	}
	return string(event)
}
