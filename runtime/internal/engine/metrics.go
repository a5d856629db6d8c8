package engine

import (
	"encoding/json"
	"math"
	"slices"
	"time"
)

// namespace is that of the metrics in CloudWatch; their dimensions are job and
// step.
const namespace = "StarJob"

// mostValues bounds the distinct values of a metric in one line.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
const mostValues = 100

// line is one line in CloudWatch's embedded metric format.
type line struct {
	AWS       directive  `json:"_aws"`
	Job       string     `json:"job"`
	Step      string     `json:"step"`
	Received  *int       `json:"received,omitempty"`
	Succeeded *int       `json:"succeeded,omitempty"`
	Failed    *int       `json:"failed,omitempty"`
	Ignored   *int       `json:"ignored,omitempty"`
	Generated *int       `json:"generated,omitempty"`
	Duration  *histogram `json:"duration,omitempty"`
}

type directive struct {
	Timestamp         int64
	CloudWatchMetrics [1]struct {
		Namespace  string
		Dimensions [1][2]string
		Metrics    []metric
	}
}

type metric struct{ Name, Unit string }

// histogram is values with how often each occurred.
type histogram struct {
	Values []float64
	Counts []int
}

// newLine describes the metrics that a line has.
func newLine(job, step string) *line {
	l := &line{Job: job, Step: step}
	l.AWS.Timestamp = time.Now().UnixMilli()
	l.AWS.CloudWatchMetrics[0].Namespace = namespace
	l.AWS.CloudWatchMetrics[0].Dimensions[0] = [2]string{"job", "step"}
	return l
}

func (l *line) has(unit string, names ...string) {
	metrics := &l.AWS.CloudWatchMetrics[0].Metrics
	for _, name := range names {
		*metrics = append(*metrics, metric{name, unit})
	}
}

// write writes a line with one call, so that lines of several batches do not
// mix.
func (e *Engine) write(l *line) {
	text, err := json.Marshal(l)
	if err == nil {
		_, err = e.metrics.Write(append(text, '\n'))
	}
	if err != nil {
		e.log.Error("metrics could not be written", "error", err)
	}
}

// report writes what became of a batch's items.
func (b *batch) report() {
	var counts [failed + 1]int
	generated := 0
	var durations []time.Duration
	for _, m := range b.messages {
		counts[m.outcome]++
		sent, _ := m.sends.state()
		generated += sent
		if d := m.duration(b.began); d >= 0 {
			durations = append(durations, d)
		}
	}
	lost := counts[failed] + counts[givenUp] + counts[open]
	received := len(b.messages)
	spread := distribution(durations)
	for first := true; first || len(spread.Values) > 0; first = false {
		l := newLine(b.config.Job, b.config.Step)
		l.Received, l.Succeeded, l.Failed, l.Ignored, l.Generated = &received, &counts[succeeded], &lost, &counts[ignored], &generated
		l.has("Count", "received", "succeeded", "failed", "ignored", "generated")
		if l.Duration = spread.take(mostValues); l.Duration != nil {
			l.has("Milliseconds", "duration")
		}
		b.write(l)
		// Further lines carry what is left of the durations, and count nothing.
		received, lost, generated, counts = 0, 0, 0, [failed + 1]int{}
	}
}

// duration is how long an item's handler has run, or -1 if it has not.
func (m *message) duration(began time.Time) time.Duration {
	started := m.started.Load()
	if started == 0 {
		return -1
	}
	if took := m.took.Load(); took > 0 {
		return time.Duration(took)
	}
	return time.Since(began) - time.Duration(started-1)
}

// bucketWidth is the ratio of neighbouring values: durations are precise to 1 %.
const bucketWidth = 1.02

// distribution counts durations, in milliseconds, in buckets.
func distribution(durations []time.Duration) *histogram {
	counts := map[int]int{}
	for _, d := range durations {
		counts[int(math.Round(math.Log(max(milliseconds(d), 0.001))/math.Log(bucketWidth)))]++
	}
	h := &histogram{}
	for bucket := range counts {
		h.Values = append(h.Values, float64(bucket))
	}
	slices.Sort(h.Values)
	for i, bucket := range h.Values {
		h.Counts = append(h.Counts, counts[int(bucket)])
		h.Values[i] = math.Round(math.Pow(bucketWidth, bucket)*1e4) / 1e4
	}
	return h
}

// take removes up to n values and returns them, or nil if there are none.
func (h *histogram) take(n int) *histogram {
	n = min(n, len(h.Values))
	if n == 0 {
		return nil
	}
	taken := &histogram{h.Values[:n], h.Counts[:n]}
	h.Values, h.Counts = h.Values[n:], h.Counts[n:]
	return taken
}
