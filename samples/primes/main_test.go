package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"testing"

	"github.com/serverless-star/starjob/runtime/startest"
)

func TestPlanGeneratesWindows(t *testing.T) {
	for limit, want := range map[int64][]Window{
		0:    nil,
		999:  {{0, 999}},
		1000: {{0, 1000}},
		2500: {{0, 1000}, {1000, 2000}, {2000, 2500}},
	} {
		r := startest.Run(t, Plan.Handle(plan), limit)
		if got := startest.Items(t, r, Search); !slices.Equal(got, want) || r.Outcome != startest.Done {
			t.Errorf("limit %d: generated %v, outcome %s; want %v", limit, got, r.Outcome, want)
		}
	}
}

func TestPlanFailsIfItMayNotGenerate(t *testing.T) {
	if r := startest.Run(t, Plan.Handle(plan), 1000, startest.Steps()); r.Outcome != startest.Retried || r.Err == nil {
		t.Errorf("outcome %s, error %v", r.Outcome, r.Err)
	}
}

// TestSearchCountsPrimes checks the number that search logs, its only result.
func TestSearchCountsPrimes(t *testing.T) {
	log := slog.Default()
	t.Cleanup(func() { slog.SetDefault(log) })
	for _, c := range []struct {
		window Window
		primes int
	}{
		{Window{0, 1000}, 168},
		{Window{0, 2}, 0},
		{Window{2, 3}, 1},
		{Window{1000, 2000}, 135},
		{Window{1_000_000, 1_000_000}, 0},
	} {
		var lines bytes.Buffer
		slog.SetDefault(slog.New(slog.NewJSONHandler(&lines, nil)))
		if r := startest.Run(t, Search.Handle(search), c.window); r.Outcome != startest.Done || len(r.Generated) > 0 {
			t.Errorf("%v: outcome %s, generated %v", c.window, r.Outcome, r.Generated)
		}
		var line struct {
			From, To int64
			Primes   int
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || line.From != c.window.From || line.To != c.window.To || line.Primes != c.primes {
			t.Errorf("%v: logged %s (%v), want %d primes", c.window, &lines, err, c.primes)
		}
	}
}
