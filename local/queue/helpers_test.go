package queue

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

func newService() *Service {
	return New(Config{BaseURL: "http://127.0.0.1:9324/", Region: "us-east-1", AccountID: "000000000000"})
}

type attrs = map[string]string

func create(tb testing.TB, s *Service, name string, a attrs) *Queue {
	tb.Helper()
	q, err := s.Create(name, a, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// pair makes a queue and its dead-letter queue.
func pair(tb testing.TB, s *Service, receives string, a attrs) (q, dead *Queue) {
	tb.Helper()
	suffix := ""
	if a["FifoQueue"] == "true" {
		suffix = fifoSuffix
	}
	dead = create(tb, s, "dead"+suffix, a)
	both := attrs{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead.ARN() + `","maxReceiveCount":` + receives + `}`}
	for name, value := range a {
		both[name] = value
	}
	return create(tb, s, "live"+suffix, both), dead
}

func send(tb testing.TB, q *Queue, body string) Sent {
	tb.Helper()
	return sendAs(tb, q, Outgoing{Body: body})
}

func sendAs(tb testing.TB, q *Queue, m Outgoing) Sent {
	tb.Helper()
	sent, err := q.Send(m)
	if err != nil {
		tb.Fatal(err)
	}
	return sent
}

// receive receives the available messages, for the queue's visibility timeout.
func receive(tb testing.TB, q *Queue, most int) []Message {
	tb.Helper()
	return receiveFor(tb, q, most, 0, -1)
}

func receiveFor(tb testing.TB, q *Queue, most int, wait, visibility time.Duration) []Message {
	tb.Helper()
	messages, err := q.Receive(context.Background(), most, wait, visibility)
	if err != nil {
		tb.Fatal(err)
	}
	return messages
}

func one(tb testing.TB, q *Queue) Message {
	tb.Helper()
	messages := receive(tb, q, 2)
	if len(messages) != 1 {
		tb.Fatalf("received %d messages, want 1", len(messages))
	}
	return messages[0]
}

func wantStats(tb testing.TB, q *Queue, visible, inFlight, delayed int) {
	tb.Helper()
	got := q.service.Snapshot()[q.name]
	if got.Visible != visible || got.InFlight != inFlight || got.Delayed != delayed {
		tb.Errorf("%s counts %d visible, %d in flight and %d delayed; want %d, %d and %d", q.name, got.Visible, got.InFlight, got.Delayed, visible, inFlight, delayed)
	}
}

func wantCode(tb testing.TB, err error, code string) {
	tb.Helper()
	var e *sqserr.Error
	if !errors.As(err, &e) || e.Code != code {
		tb.Errorf("the error is %v, want %s", err, code)
	}
}

func bodies(messages []Message) string {
	all := ""
	for i := range messages {
		all += messages[i].Body
	}
	return all
}
