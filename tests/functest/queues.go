package functest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/protocol"
)

// Region and AccountID are those of all queues and functions.
const (
	Region    = "eu-central-1"
	AccountID = "123456789012"
)

// Queues are SQS queues of local/queue that are served over HTTP. Tests may let calls
// fail.
type Queues struct {
	// URL is the endpoint, for AWS_ENDPOINT_URL_SQS.
	URL string
	// Fault, if set, may respond to a SendMessageBatch call instead of SQS, and reports
	// whether it has. Set it before the function starts.
	Fault func(*SendCall) bool

	t       testing.TB
	service *queue.Service
	queues  map[string]*queue.Queue

	mu           sync.Mutex
	sendCalls    int
	visibilities map[string]int // seconds, by receipt handle
}

// NewQueues creates empty queues. Names that end in .fifo make FIFO queues. What
// a test receives stays invisible for an hour, unless the function changes that.
func NewQueues(t testing.TB, names ...string) *Queues {
	t.Helper()
	q := &Queues{t: t, queues: map[string]*queue.Queue{}, visibilities: map[string]int{}}
	server := httptest.NewServer(q)
	q.URL = server.URL
	q.service = queue.New(queue.Config{BaseURL: q.URL, Region: Region, AccountID: AccountID})
	t.Cleanup(func() {
		q.service.Close() // ends the calls that wait, which the server would wait for
		server.Close()
	})
	for _, name := range names {
		attributes := map[string]string{"VisibilityTimeout": "3600"}
		if strings.HasSuffix(name, ".fifo") {
			attributes["FifoQueue"] = "true"
		}
		created, err := q.service.Create(name, attributes, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.queues[name] = created
	}
	return q
}

// Queue returns the queue with a name.
func (q *Queues) Queue(name string) *queue.Queue {
	q.t.Helper()
	found := q.queues[name]
	if found == nil {
		q.t.Fatalf("the test has no queue %s", name)
	}
	return found
}

// maxMessages is more than any test sends.
const maxMessages = 100_000

// Messages returns the visible messages of a queue and leaves them there.
func (q *Queues) Messages(name string) []queue.Message {
	q.t.Helper()
	messages, err := q.Queue(name).Receive(q.t.Context(), maxMessages, 0, 0)
	if err != nil {
		q.t.Fatal(err)
	}
	return messages
}

// Take receives all visible messages of a queue, and returns them in the order of
// their bodies.
func (q *Queues) Take(name string) []queue.Message {
	q.t.Helper()
	messages, err := q.Queue(name).Receive(q.t.Context(), maxMessages, 0, -1)
	if err != nil {
		q.t.Fatal(err)
	}
	slices.SortFunc(messages, func(a, b queue.Message) int { return strings.Compare(a.Body, b.Body) })
	return messages
}

// Arrived counts the messages that were ever sent to a queue, delayed ones too.
func (q *Queues) Arrived(name string) int { return int(q.service.Snapshot()[name].Arrived) }

// ServeHTTP implements SQS, except for the calls that Fault responds to.
func (q *Queues) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process has ended in the middle of its call
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	switch strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.") {
	case "SendMessageBatch":
		q.mu.Lock()
		q.sendCalls++
		call := &SendCall{Number: q.sendCalls, ResponseWriter: w, request: r, body: body, service: q.service}
		q.mu.Unlock()
		if q.Fault != nil && q.Fault(call) {
			return
		}
	case "ChangeMessageVisibilityBatch":
		q.noteVisibilities(body)
	}
	protocol.Handler(q.service).ServeHTTP(w, r)
}

func (q *Queues) noteVisibilities(body []byte) {
	var request struct {
		Entries []struct {
			ReceiptHandle     string
			VisibilityTimeout int
		}
	}
	if err := json.Unmarshal(body, &request); err != nil {
		panic(err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range request.Entries {
		q.visibilities[e.ReceiptHandle] = e.VisibilityTimeout
	}
}
