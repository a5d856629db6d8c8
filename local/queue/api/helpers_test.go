package api

import (
	"errors"
	"testing"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

func newService() *queue.Service {
	return queue.New(queue.Config{BaseURL: "http://127.0.0.1:9324/", Region: "us-east-1", AccountID: "000000000000"})
}

type attrs = map[string]string

func create(tb testing.TB, s *queue.Service, name string, a attrs) *queue.Queue {
	tb.Helper()
	q, err := s.Create(name, a, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

func wantCode(tb testing.TB, err error, code string) {
	tb.Helper()
	var e *sqserr.Error
	if !errors.As(err, &e) || e.Code != code {
		tb.Errorf("the error is %v, want %s", err, code)
	}
}
