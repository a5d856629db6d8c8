package tests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// TestLoadgenRollsOver lets the step plan reach its own timeout more often than
// Lambda's recursive loop detection would allow.
func TestLoadgenRollsOver(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	defer server.Close()
	const rps, seconds = 20, 10
	ran := star(t, "run", "../samples/loadgen", "--json", "--parameter-overrides", "PlanTimeout=1",
		"--data", fmt.Sprintf(`{"rps": %d, "duration": "%ds", "url": %q}`, rps, seconds, server.URL))
	if ran.code != 0 {
		t.Fatalf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
	// On a busy machine a plan may fail at its deadline. Its next attempt makes some
	// requests again, which at-least-once delivery allows.
	steps := figures(t, ran.stdout)
	if plan := steps["plan"]; plan.Succeeded < 18 || plan.Dead > 0 {
		t.Errorf("want at least 17 roll-overs: %+v", plan)
	}
	if execute := steps["execute"]; execute.Succeeded < rps*seconds || requests.Load() < rps*seconds {
		t.Errorf("%d requests arrived, want %d: %+v", requests.Load(), rps*seconds, execute)
	}
}

// TestJavaScriptLoadgenRollsOver is TestLoadgenRollsOver for the sample in JavaScript,
// whose target refuses every tenth request.
func TestJavaScriptLoadgenRollsOver(t *testing.T) {
	t.Parallel()
	needs(t, "node")
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1)%10 == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	const rps, seconds = 20, 4
	ran := star(t, "run", "../samples/loadgen-js", "--json", "--parameter-overrides", "PlanTimeout=1",
		"--data", fmt.Sprintf(`{"rps": %d, "duration": %d, "url": %q}`, rps, seconds, server.URL))
	if ran.code != 0 {
		t.Fatalf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
	steps := figures(t, ran.stdout)
	if plan := steps["plan"]; plan.Succeeded < 6 || plan.Dead > 0 {
		t.Errorf("want at least 5 roll-overs: %+v", plan)
	}
	execute := steps["execute"]
	if done := execute.Succeeded + execute.Ignored; done < rps*seconds || requests.Load() < rps*seconds || execute.Ignored < rps*seconds/10 {
		t.Errorf("%d requests arrived, want %d: %+v", requests.Load(), rps*seconds, execute)
	}
}

func TestJavaScriptLoadgenDropsInvalidInput(t *testing.T) {
	t.Parallel()
	needs(t, "node")
	ran := star(t, "run", "../samples/loadgen-js", "--data", `{"rps": 0, "url": "ftp://x"}`)
	if ran.code != 1 || !allContained(ran.stdout, "RangeError", "rps is 0", "duration is undefined", "url is ftp://x") {
		t.Errorf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
}

func allContained(text string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

// stepFigures are the figures of a step in the last event of star run --json.
type stepFigures struct {
	Step                                       string
	Received, Succeeded, Failed, Ignored, Dead int
	Generated                                  int
}

// figures returns the figures of all steps at the end of a run.
func figures(t *testing.T, stdout string) map[string]stepFigures {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	var last struct {
		Event string
		Steps []stepFigures
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.Event != "ended" {
		t.Fatalf("the last line is not the ended event: %v: %s", err, lines[len(lines)-1])
	}
	byStep := map[string]stepFigures{}
	for _, s := range last.Steps {
		byStep[s.Step] = s
	}
	return byStep
}
