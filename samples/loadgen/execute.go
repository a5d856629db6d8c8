package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
)

// A request is one of a load's.
type request struct {
	URL    string `json:"url"`
	Number int64  `json:"number"` // from 1; tells duplicates apart
}

// client keeps connections for all items of a batch.
var client = &http.Client{Timeout: 30 * time.Second, Transport: transport()}

func transport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 100
	return t
}

// execute makes one request and logs its outcome. A failure is an outcome like
// any other: it is returned so that it is counted, and the template says
// IgnoreErrors so that the request is not made again.
func execute(ctx context.Context, r request, _ star.Generate) error {
	begun := time.Now()
	status, err := get(ctx, r.URL)
	slog.InfoContext(ctx, "request", "number", r.Number, "status", status, "latency_ms", time.Since(begun).Milliseconds(), "error", err)
	return err
}

// get returns the answer's status, 0 if there is none. Statuses from 400 on are
// errors too.
func get(ctx context.Context, url string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	answer, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil { // read to the end, the connection can be used again
		return answer.StatusCode, err
	}
	if answer.StatusCode >= 400 {
		return answer.StatusCode, fmt.Errorf("%s answered %s", url, answer.Status)
	}
	return answer.StatusCode, nil
}
