package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// emf is the part of a line that CloudWatch reads.
type emf struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
	Job, Step                                       string
	Received, Succeeded, Failed, Ignored, Generated *int
	Duration                                        *struct {
		Values []float64
		Counts []int
	}
}

func lines(t *testing.T, metrics *bytes.Buffer) []emf {
	t.Helper()
	var all []emf
	for text := range strings.Lines(metrics.String()) {
		var line emf
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("metrics %s: %v", text, err)
		}
		all = append(all, line)
	}
	return all
}

func TestMetricsCountOutcomes(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.config.IgnoreErrors = true
	x.run(t, t.Context(), func(ctx context.Context, data []byte, generate Generate) error {
		if string(data) == "0" {
			return generates(3)(ctx, data, generate)
		}
		return map[string]error{"1": errBroken, "2": &Drop{errBroken}, "3": &RetryAfter{0, errBroken}}[string(data)]
	}, numbered(6)...)
	all := lines(t, &x.metrics)
	if len(all) != 1 {
		t.Fatalf("%d lines, want one for a batch", len(all))
	}
	l := all[0]
	if *l.Received != 6 || *l.Succeeded != 3 || *l.Failed != 2 || *l.Ignored != 1 || *l.Generated != 3 || l.Job != "Try" || l.Step != "work" {
		t.Errorf("metrics %s", x.metrics.String())
	}
	d := l.AWS.CloudWatchMetrics[0]
	if d.Namespace != "StarJob" || fmt.Sprint(d.Dimensions) != "[[job step]]" || l.AWS.Timestamp == 0 ||
		fmt.Sprint(d.Metrics) != "[{received Count} {succeeded Count} {failed Count} {ignored Count} {generated Count} {duration Milliseconds}]" {
		t.Errorf("directive %+v", l.AWS)
	}
	n := 0
	for _, c := range l.Duration.Counts {
		n += c
	}
	if n != 6 {
		t.Errorf("%d durations, want 6", n)
	}
}

func TestMetricsOfManyDurations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		const n = 500
		x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
			time.Sleep(time.Duration(float64(time.Millisecond) * math.Pow(1.03, float64(number(string(data))))))
			return nil
		}, numbered(n)...)
		all := lines(t, &x.metrics)
		received, succeeded, durations := 0, 0, 0
		for _, l := range all {
			received += *l.Received
			succeeded += *l.Succeeded
			if len(l.Duration.Values) > 100 || len(l.Duration.Values) != len(l.Duration.Counts) {
				t.Errorf("%d values and %d counts in a line", len(l.Duration.Values), len(l.Duration.Counts))
			}
			for i, v := range l.Duration.Values {
				durations += l.Duration.Counts[i]
				exact := math.Pow(1.03, math.Round(math.Log(v)/math.Log(1.03)))
				if math.Abs(v/exact-1) > 0.011 {
					t.Errorf("%v ms represents %v", v, exact)
				}
			}
		}
		if received != n || succeeded != n || durations != n || len(all) < 4 {
			t.Errorf("%d lines: received %d, succeeded %d, durations %d", len(all), received, succeeded, durations)
		}
	})
}
