package tests

import (
	"encoding/json"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/protocol"
	"github.com/serverless-star/starjob/local/sandbox"
	"github.com/serverless-star/starjob/runtime/layer"
	"github.com/serverless-star/starjob/runtime/wire"
)

// A language is one that handlers are written in. The same orders are carried out
// by a handler in each of them.
type language struct {
	name, handler string
	// interpreter is empty for Go.
	interpreter, folder string
}

var languages = []language{
	{"Go", "work.handle", "", "go"},
	{"JavaScript", "work.handle", "node", "javascript"},
	{"Python", "work.handle", "python3", "python"},
	{"Python async", "work.handle_async", "python3", "python"},
}

// runtimes are what functions of each language are started with, built once.
var runtimes struct {
	once sync.Once
	err  error
}

// command returns what Lambda would start a function with.
func (l language) command(t *testing.T) []string {
	t.Helper()
	program(t, "star") // makes the folder
	root := filepath.Join(programs.dir, "layer")
	runtimes.once.Do(func() {
		if runtimes.err = layer.Write(root); runtimes.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", programs.dir+string(filepath.Separator), "../runtime/dispatch/dispatcher")
		if runtimes.err = build.Run(); runtimes.err != nil {
			return
		}
		build = exec.Command("go", "build", "-o", filepath.Join(programs.dir, "work"), "./testdata/languages/go")
		runtimes.err = build.Run()
	})
	if runtimes.err != nil {
		t.Fatal(runtimes.err)
	}
	if l.interpreter == "" {
		return []string{filepath.Join(programs.dir, "work")}
	}
	interpreter, err := exec.LookPath(l.interpreter)
	if err != nil {
		t.Skip(err)
	}
	return []string{filepath.Join(programs.dir, "dispatcher"), root, interpreter}
}

// work is a function at work, with its queues.
type work struct {
	t      *testing.T
	runner *sandbox.Runner
	// step is the function's own, ordered is FIFO.
	step, next, ordered, dead *queue.Queue

	mu   sync.Mutex
	logs strings.Builder
}

// startWork starts a function of a language, with more variables in its
// environment.
func startWork(t *testing.T, l language, timeout time.Duration, more map[string]string) *work {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	service := queue.New(queue.Config{BaseURL: url, Region: "us-east-1", AccountID: "123456789012"})
	server := &http.Server{Handler: protocol.Handler(service)}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close(); service.Close() })

	w := &work{t: t}
	for name, q := range map[string]**queue.Queue{"Job-step": &w.step, "Job-next": &w.next, "Job-ordered.fifo": &w.ordered, "Job-step-dead": &w.dead} {
		attributes := map[string]string{"VisibilityTimeout": "3600"}
		if strings.HasSuffix(name, wire.FIFOSuffix) {
			attributes["FifoQueue"] = "true"
		}
		if *q, err = service.Create(name, attributes, nil); err != nil {
			t.Fatal(err)
		}
	}
	environment := map[string]string{
		"AWS_ENDPOINT_URL_SQS": url, wire.EnvJob: "Job", wire.EnvStep: "step", wire.EnvHandler: l.handler,
		wire.EnvQueue: w.step.URL(), wire.EnvDeadLetterQueue: w.dead.URL(),
		wire.EnvQueues: strings.Join([]string{wire.QueueEntry("next", w.next.URL()), wire.QueueEntry("ordered", w.ordered.URL()),
			wire.QueueEntry("gone", w.next.URL()+"-gone")}, " "),
	}
	for name, value := range more {
		environment[name] = value
	}
	dir, err := filepath.Abs(filepath.Join("testdata", "languages", l.folder))
	if err != nil {
		t.Fatal(err)
	}
	host := sandbox.NewHost(sandbox.Config{Region: "us-east-1", AccountID: "123456789012",
		Environment: map[string]string{"PYTHONDONTWRITEBYTECODE": "1"}})
	t.Cleanup(host.Close)
	w.runner, err = host.Register(sandbox.Function{
		Name: "Job-step", Command: l.command(t), Dir: dir, Handler: l.handler, Env: environment,
		Timeout: timeout, MemorySize: 512, Concurrency: 1, Log: w.log,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s printed:\n%s", l.name, w.printed())
		}
	})
	return w
}

func (w *work) log(l sandbox.Line) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.logs.Write(l.Text)
	w.logs.WriteByte('\n')
}

func (w *work) printed() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.logs.String()
}

// order is what an item asks the handler to do.
type order map[string]any

// invoke hands the function an event.
func (w *work) invoke(event any) sandbox.Result {
	w.t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		w.t.Fatal(err)
	}
	result, err := w.runner.Invoke(w.t.Context(), sandbox.Invocation{Payload: payload})
	if err != nil {
		w.t.Fatal(err)
	}
	return result
}

// send puts items into the step's queue.
func (w *work) send(orders ...any) {
	w.t.Helper()
	for _, o := range orders {
		body, raw := o.(string)
		if !raw {
			text, err := json.Marshal(o)
			if err != nil {
				w.t.Fatal(err)
			}
			body = string(text)
		}
		if _, err := w.step.Send(queue.Outgoing{Body: body}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// batch sends items, has the function handle them together, deletes those that
// are not reported, as Lambda would, and returns the places of those that are.
func (w *work) batch(orders ...any) (failed []int) {
	w.t.Helper()
	w.send(orders...)
	return w.receive(len(orders))
}

// receive has the function handle items that are in the queue.
func (w *work) receive(n int) (failed []int) {
	w.t.Helper()
	messages, err := w.step.Receive(w.t.Context(), n, 0, -1)
	if err != nil || len(messages) != n {
		w.t.Fatalf("received %d items, want %d: %v", len(messages), n, err)
	}
	records := make([]map[string]any, n)
	for i := range messages {
		records[i] = record(&messages[i], w.step.ARN())
	}
	result := w.invoke(map[string]any{"Records": records})
	if result.FunctionError != "" {
		w.t.Fatalf("the invocation failed: %s", result.Payload)
	}
	var reply struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(result.Payload, &reply); err != nil || reply.BatchItemFailures == nil {
		w.t.Fatalf("the reply is %s: %v", result.Payload, err)
	}
	for _, f := range reply.BatchItemFailures {
		at := slices.IndexFunc(messages, func(m queue.Message) bool { return m.ID == f.ItemIdentifier })
		if at < 0 {
			w.t.Fatalf("the reply names %q, which is no item of the batch", f.ItemIdentifier)
		}
		failed = append(failed, at)
	}
	for i, m := range messages {
		if !slices.Contains(failed, i) {
			if err := w.step.Delete(m.ReceiptHandle); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	slices.Sort(failed)
	return failed
}

// record is a message as Lambda shows it.
func record(m *queue.Message, arn string) map[string]any {
	system, attributes := map[string]string{}, map[string]any{}
	for name, value := range m.SystemAttributes() {
		system[name] = value
	}
	for name, a := range m.Attributes {
		attributes[name] = map[string]any{"stringValue": a.StringValue, "dataType": a.DataType}
	}
	return map[string]any{
		"messageId": m.ID, "receiptHandle": m.ReceiptHandle, "body": m.Body, "attributes": system, "messageAttributes": attributes,
		"eventSource": "aws:sqs", "eventSourceARN": arn, "awsRegion": "us-east-1",
	}
}

// take removes all visible messages of a queue, in the order of their bodies.
func (w *work) take(q *queue.Queue) []queue.Message {
	w.t.Helper()
	messages, err := q.Receive(w.t.Context(), 100_000, 0, -1)
	if err != nil {
		w.t.Fatal(err)
	}
	slices.SortFunc(messages, func(a, b queue.Message) int { return strings.Compare(a.Body, b.Body) })
	return messages
}

// bodies are those of all visible messages of a queue, in order.
func (w *work) bodies(q *queue.Queue) []string {
	w.t.Helper()
	var all []string
	for _, m := range w.take(q) {
		all = append(all, m.Body)
	}
	return all
}
