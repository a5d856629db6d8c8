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

// stepFigures are a step's figures in the last event of star run --json.
type stepFigures struct {
	Step                                       string
	Received, Succeeded, Failed, Ignored, Dead int
	Generated                                  int
}

// figures returns the figures of all steps at a run's end.
func figures(t *testing.T, stdout string) map[string]stepFigures {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	var last struct {
		Event string
		Steps []stepFigures
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || last.Event != "ended" {
		t.Fatalf("the last line is no end: %v: %s", err, lines[len(lines)-1])
	}
	byStep := map[string]stepFigures{}
	for _, s := range last.Steps {
		byStep[s.Step] = s
	}
	return byStep
}

// TestLoadgenRollsOver lets the planning step run into its own timeout more
// often than Lambda's guard against loops would allow.
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
	// A busy machine may end a plan at its deadline, whose next attempt makes
	// some requests again: at least once.
	steps := figures(t, ran.stdout)
	if plan := steps["plan"]; plan.Succeeded < 18 || plan.Dead > 0 {
		t.Errorf("want at least 17 roll-overs: %+v", plan)
	}
	if execute := steps["execute"]; execute.Succeeded < rps*seconds || requests.Load() < rps*seconds {
		t.Errorf("%d requests arrived, want %d: %+v", requests.Load(), rps*seconds, execute)
	}
}
