package function

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/local/sandbox"
)

func TestDistributionQuantiles(t *testing.T) {
	var d Distribution
	if d.Quantile(0.5) != 0 {
		t.Error("an empty distribution has no quantile")
	}
	for i := 1; i <= 1000; i++ {
		d.Add(float64(i), 1)
	}
	for q, want := range map[float64]float64{0.5: 500, 0.99: 990, 1: 1000} {
		if got := d.Quantile(q); math.Abs(got-want) > want*0.011 {
			t.Errorf("quantile %g: got %g, want about %g", q, got, want)
		}
	}
	d.Add(0, 5000)
	if got := d.Quantile(0.5); got != 0 {
		t.Errorf("most values are 0, and the median is %g", got)
	}
}

func TestMetricsReadEveryFormOfValue(t *testing.T) {
	var m metrics
	for _, line := range []string{
		`{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[["Job"]],"Metrics":[{"Name":"a"},{"Name":"b"},{"Name":"c"}]}]},"Job":"x","a":2,"b":[1,2,3],"c":{"Values":[5,7],"Counts":[1,3]}}`,
		`{"_aws":{"CloudWatchMetrics":[{"Namespace":"N","Metrics":[{"Name":"a"}]}]},"a":40}`,
	} {
		if !m.add([]byte(line)) {
			t.Errorf("not taken: %s", line)
		}
	}
	for name, want := range map[string]Distribution{"a": {Sum: 42, Count: 2}, "b": {Sum: 6, Count: 3}, "c": {Sum: 26, Count: 4}, "d": {}} {
		if got := m.get("N", name); got.Sum != want.Sum || got.Count != want.Count {
			t.Errorf("%s: got %g of %d", name, got.Sum, got.Count)
		}
	}
}

func TestMetricsIgnoreOrdinaryLines(t *testing.T) {
	var m metrics
	for _, line := range []string{``, `text`, `{"msg":"hello"}`, `{"msg":"\"_aws\""}`, `{"_aws":1}`, `{"_aws":`} {
		if m.add([]byte(line)) {
			t.Errorf("taken for metrics: %s", line)
		}
	}
}

// TestMetricsAfterText: output without a newline precedes the metrics.
func TestMetricsAfterText(t *testing.T) {
	const line = `{"_aws":{"CloudWatchMetrics":[{"Namespace":"N","Metrics":[{"Name":"a"}]}]},"a":1}`
	var notes, shown []string
	f := &Function{
		Plan: &plan.Function{ID: "F", Name: "f"}, note: func(text string) { notes = append(notes, text) },
		show: func(l Line) { shown = append(shown, l.Text) },
	}
	for _, text := range []string{line, "half" + line, "{" + line, line + "more"} {
		f.log(sandbox.Line{Text: []byte(text)})
	}
	if got := f.metrics.get("N", "a"); got.Count != 3 {
		t.Errorf("%+v", got)
	}
	if want := []string{"half", "{", line + "more"}; !slices.Equal(shown, want) {
		t.Errorf("%q", shown)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "function f prints output without a newline") {
		t.Errorf("%q", notes)
	}
}
