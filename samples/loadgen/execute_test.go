package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/serverless-star/starjob/runtime/startest"
)

// logged collects the output of the default logger.
func logged(t *testing.T) func() []map[string]any {
	t.Helper()
	var text bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&text, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return func() []map[string]any {
		var lines []map[string]any
		for line := range bytes.Lines(text.Bytes()) {
			var fields map[string]any
			if err := json.Unmarshal(line, &fields); err != nil {
				t.Errorf("%s: %v", line, err)
			}
			lines = append(lines, fields)
		}
		return lines
	}
}

func TestExecuteLogsTheOutcome(t *testing.T) {
	lines := logged(t)
	var connections sync.Map
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connections.Store(r.RemoteAddr, nil)
		if r.URL.Path == "/busy" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		w.Write(make([]byte, 100_000))
	}))
	defer server.Close()
	gone := httptest.NewServer(nil)
	gone.Close()

	for _, c := range []struct {
		url     string
		outcome startest.Outcome
		status  float64
		fault   string
	}{
		{server.URL + "/ok", startest.Done, 200, ""},
		{server.URL + "/busy", startest.Ignored, 503, "503 Service Unavailable"},
		{gone.URL, startest.Ignored, 0, "connect"},
	} {
		r := startest.Run(t, Execute.Handle(execute), request{c.url, 7}, startest.IgnoreErrors(), startest.Steps())
		if r.Outcome != c.outcome {
			t.Errorf("%s: the item is %s: %v", c.url, r.Outcome, r.Err)
		}
		all := lines()
		last := all[len(all)-1]
		fault, _ := last["error"].(string)
		if _, timed := last["latency_ms"].(float64); !timed || last["number"] != 7.0 || last["status"] != c.status || !strings.Contains(fault, c.fault) || (fault == "") != (c.fault == "") {
			t.Errorf("%s: logged %v", c.url, last)
		}
	}
	n := 0
	connections.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d connections, want one for both requests", n)
	}
}
