package star_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// lambdaFake is a Runtime API with one function process behind it.
type lambdaFake struct {
	events  chan invocation
	answers chan answer
	log     syncBuffer
	stdout  syncBuffer
	exited  chan error
}

type invocation struct {
	id, event string
	timeout   time.Duration
}

// answer is what the process said: kind is response, error or init.
type answer struct{ kind, id, body string }

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// startProgram starts the test's program as a function with the environment.
func startProgram(t *testing.T, env map[string]string) *lambdaFake {
	t.Helper()
	l := &lambdaFake{events: make(chan invocation), answers: make(chan answer, 10), exited: make(chan error, 1)}
	server := httptest.NewServer(l)
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(executable)
	cmd.Env = []string{asProgram + "=1", "AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"),
		"AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY=secret"}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = &l.stdout, &l.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { l.exited <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		server.CloseClientConnections()
		server.Close()
		if t.Failed() {
			t.Logf("stderr:\n%s\nstdout:\n%s", l.log.String(), l.stdout.String())
		}
	})
	return l
}

func (l *lambdaFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/")
	if path == "invocation/next" {
		select {
		case i := <-l.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(i.timeout).UnixMilli()))
			io.WriteString(w, i.event)
		case <-r.Context().Done():
		}
		return
	}
	body, _ := io.ReadAll(r.Body)
	parts := strings.Split(path, "/")
	a := answer{kind: parts[len(parts)-1], body: string(body)}
	if parts[0] == "invocation" {
		a.id = parts[1]
	} else {
		a.kind = "init"
	}
	l.answers <- a
	w.WriteHeader(http.StatusAccepted)
}

// invoke runs one invocation.
func (l *lambdaFake) invoke(t *testing.T, event string, timeout time.Duration) answer {
	t.Helper()
	select {
	case l.events <- invocation{fmt.Sprint("request-", time.Now().UnixNano()), event, timeout}:
	case err := <-l.exited:
		t.Fatalf("the program ended: %v", err)
	}
	select {
	case a := <-l.answers:
		return a
	case err := <-l.exited:
		t.Fatalf("the program ended: %v", err)
	case <-time.After(timeout + 20*time.Second):
		t.Fatal("no answer")
	}
	panic("unreachable")
}

// batchOf makes Lambda's event for items, whose message IDs are m0, m1 and so on.
func batchOf(t *testing.T, items ...any) string {
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
