package functest

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
)

// SQS speaks as much of SQS as a function needs, and can be made to err.
type SQS struct {
	*httptest.Server
	mu       sync.Mutex
	messages map[string][]Message // by queue name
	returned map[string]int       // seconds, by receipt
	calls    int
	// Fault, if set, may answer a call of SendMessageBatch in SQS's place.
	Fault func(call int, request SendBatch, w http.ResponseWriter) bool
}

// Message is an entry of SendMessageBatch.
type Message struct {
	Body       string `json:"MessageBody"`
	Id         string
	Attributes map[string]struct{ DataType, StringValue string } `json:"MessageAttributes"`
}

// SendBatch is the input of SendMessageBatch.
type SendBatch struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []Message
}

type visibilityBatch struct {
	Entries []struct {
		Id, ReceiptHandle string
		VisibilityTimeout int
	}
}

// NewSQS starts a fake without messages.
func NewSQS(t *testing.T) *SQS {
	s := &SQS{messages: map[string][]Message{}, returned: map[string]int{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// Queue is the URL of a queue.
func (s *SQS) Queue(name string) string { return s.URL + "/123456789012/" + name }

// In returns the messages of a queue by its name.
func (s *SQS) In(queue string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages[queue]...)
}

// Returned tells after how many seconds an item comes back, by its receipt.
func (s *SQS) Returned(receipt string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.returned[receipt]
}

// ServeHTTP is the part of SQS's JSON protocol that functions use.
func (s *SQS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.") {
	case "SendMessageBatch":
		var request SendBatch
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			panic(err)
		}
		s.calls++
		if s.Fault != nil && s.Fault(s.calls, request, w) {
			return
		}
		s.Accept(w, request, func(Message) bool { return true })
	case "ChangeMessageVisibilityBatch":
		var request visibilityBatch
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			panic(err)
		}
		var done []map[string]string
		for _, e := range request.Entries {
			s.returned[e.ReceiptHandle] = e.VisibilityTimeout
			done = append(done, map[string]string{"Id": e.Id})
		}
		Reply(w, 200, map[string]any{"Successful": done, "Failed": []any{}})
	}
}

// Accept takes the entries that choose chooses and fails the others.
func (s *SQS) Accept(w http.ResponseWriter, request SendBatch, choose func(Message) bool) {
	successful, rejected := []any{}, []any{}
	for _, m := range request.Entries {
		if !choose(m) {
			rejected = append(rejected, map[string]any{"Id": m.Id, "Code": "InternalError", "SenderFault": false})
			continue
		}
		queue := path.Base(request.QueueURL)
		s.messages[queue] = append(s.messages[queue], m)
		sum := md5.Sum([]byte(m.Body))
		successful = append(successful, map[string]string{
			"Id": m.Id, "MessageId": fmt.Sprintf("id-%d", len(s.messages[queue])), "MD5OfMessageBody": hex.EncodeToString(sum[:]),
		})
	}
	Reply(w, 200, map[string]any{"Successful": successful, "Failed": rejected})
}

// Reply answers a call.
func Reply(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("Content-Length", fmt.Sprint(len(text))) // the SDK trips over chunked answers
	w.WriteHeader(status)
	w.Write(text)
}

// Environment is that of a function whose handler is the given one.
func (s *SQS) Environment(handler string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL_SQS": s.URL, "STAR_JOB": "Try", "STAR_STEP": "work", "STAR_HANDLER": handler,
		"STAR_QUEUE": s.Queue("try-work"), "STAR_DEAD_LETTER_QUEUE": s.Queue("try-work-dead"),
		"STAR_QUEUES": "work=" + s.Queue("try-work") + " sink=" + s.Queue("try-sink"),
	}
}
