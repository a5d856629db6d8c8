package star_test

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

// sqsFake speaks as much of SQS as a function needs, and can be made to err.
type sqsFake struct {
	*httptest.Server
	mu       sync.Mutex
	messages map[string][]sentMessage // by queue name
	returned map[string]int           // seconds, by receipt
	calls    int
	// fault, if set, may answer a call of SendMessageBatch in SQS's place.
	fault func(call int, request sendBatch, w http.ResponseWriter) bool
}

type sentMessage struct {
	Body       string `json:"MessageBody"`
	Id         string
	Attributes map[string]struct{ DataType, StringValue string } `json:"MessageAttributes"`
}

type sendBatch struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []sentMessage
}

type visibilityBatch struct {
	Entries []struct {
		Id, ReceiptHandle string
		VisibilityTimeout int
	}
}

func newSQS(t *testing.T) *sqsFake {
	s := &sqsFake{messages: map[string][]sentMessage{}, returned: map[string]int{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *sqsFake) queue(name string) string { return s.URL + "/123456789012/" + name }

func (s *sqsFake) in(queue string) []sentMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]sentMessage(nil), s.messages[queue]...)
}

func (s *sqsFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.") {
	case "SendMessageBatch":
		var request sendBatch
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			panic(err)
		}
		s.calls++
		if s.fault != nil && s.fault(s.calls, request, w) {
			return
		}
		s.accept(w, request, func(sentMessage) bool { return true })
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
		reply(w, 200, map[string]any{"Successful": done, "Failed": []any{}})
	}
}

// accept takes the entries that choose chooses and fails the others.
func (s *sqsFake) accept(w http.ResponseWriter, request sendBatch, choose func(sentMessage) bool) {
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
	reply(w, 200, map[string]any{"Successful": successful, "Failed": rejected})
}

func reply(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("Content-Length", fmt.Sprint(len(text))) // the SDK trips over chunked answers
	w.WriteHeader(status)
	w.Write(text)
}

// environment is that of a function whose handler is the given one.
func (s *sqsFake) environment(handler string) map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL_SQS": s.URL, "STAR_JOB": "Try", "STAR_STEP": "work", "STAR_HANDLER": handler,
		"STAR_QUEUE": s.queue("try-work"), "STAR_DEAD_LETTER_QUEUE": s.queue("try-work-dead"),
		"STAR_QUEUES": "work=" + s.queue("try-work") + " sink=" + s.queue("try-sink"),
	}
}
