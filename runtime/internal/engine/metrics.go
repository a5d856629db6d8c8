package engine

import (
	"encoding/json"
	"io"
	"log/slog"
	"math"
	"slices"
	"time"
)

// namespace is the namespace of the metrics in CloudWatch. Their dimensions are job
// and step.
const namespace = "StarJob"

// maxValues bounds the distinct values of a metric in one line.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
const maxValues = 100

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

// histogram holds values and the number of times that each occurred.
type histogram struct {
	Values []float64
	Counts []int
}

// newLine returns a line without metrics.
func newLine(job, step string) *line {
	l := &line{Job: job, Step: step}
	l.AWS.Timestamp = time.Now().UnixMilli()
	l.AWS.CloudWatchMetrics[0].Namespace = namespace
	l.AWS.CloudWatchMetrics[0].Dimensions[0] = [2]string{"job", "step"}
	return l
}

// has declares the metrics of a line.
func (l *line) has(unit string, names ...string) {
	metrics := &l.AWS.CloudWatchMetrics[0].Metrics
	for _, name := range names {
		*metrics = append(*metrics, metric{name, unit})
	}
}

// metrics writes lines of metrics. It may be used concurrently.
type metrics struct {
	to  io.Writer
	log *slog.Logger // of errors
}

// write writes a line with a single call, so that the lines of several batches do
// not mix.
func (m *metrics) write(l *line) {
	text, err := json.Marshal(l)
	if err == nil {
		_, err = m.to.Write(append(text, '\n'))
	}
	if err != nil {
		m.log.Error("cannot write metrics", "error", err)
	}
}

// batch writes the metrics of a closed batch.
func (m *metrics) batch(job, step string, items []item, began time.Time) {
	var counts [failed + 1]int
	generated := 0
	var durations []time.Duration
	for at := range items {
		i := &items[at]
		counts[i.outcome]++
		sent, _ := i.sends.state()
		generated += sent
		if d := i.duration(began); d >= 0 {
			durations = append(durations, d)
		}
	}
	lost := counts[failed] + counts[deadLettered] + counts[open]
	received := len(items)
	spread := distribution(durations)
	for first := true; first || len(spread.Values) > 0; first = false {
		l := newLine(job, step)
		l.Received, l.Succeeded, l.Failed, l.Ignored, l.Generated = &received, &counts[succeeded], &lost, &counts[ignored], &generated
		l.has("Count", "received", "succeeded", "failed", "ignored", "generated")
		if l.Duration = spread.take(maxValues); l.Duration != nil {
			l.has("Milliseconds", "duration")
		}
		m.write(l)
		// Further lines have the remaining durations and zero counts.
		received, lost, generated, counts = 0, 0, 0, [failed + 1]int{}
	}
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
