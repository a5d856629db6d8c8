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

// A request is one request of a load.
type request struct {
	URL    string `json:"url"`
	Number int64  `json:"number"` // from 1; identifies duplicates
}

// client shares connections between the items of a batch.
var client = &http.Client{Timeout: 30 * time.Second, Transport: transport()}

func transport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 100
	return t
}

// execute makes one request and logs its outcome. A failure is a result too: execute
// returns the error so that it is counted, and IgnoreErrors in the template prevents a
// retry.
func execute(ctx context.Context, r request, _ star.Generate) error {
	begun := time.Now()
	status, err := get(ctx, r.URL)
	slog.InfoContext(ctx, "request", "number", r.Number, "status", status, "latency_ms", time.Since(begun).Milliseconds(), "error", err)
	return err
}

// get returns the status of the response, or 0 if there is none. Statuses of 400 or more
// are errors too.
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
	if _, err := io.Copy(io.Discard, answer.Body); err != nil { // after reading to the end, the connection can be reused
		return answer.StatusCode, err
	}
	if answer.StatusCode >= 400 {
		return answer.StatusCode, fmt.Errorf("%s answered %s", url, answer.Status)
	}
	return answer.StatusCode, nil
}
