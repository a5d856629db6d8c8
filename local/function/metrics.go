package function

import (
	"bytes"
	"encoding/json"
	"sync"
)

// metrics adds up what a function reports in CloudWatch's embedded metric
// format: JSON lines on its standard output.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
type metrics struct {
	mu     sync.Mutex
	byName map[metricName]*Distribution
}

type metricName struct{ namespace, name string }

// embedded is the part of a line that says which of its fields are metrics.
type embedded struct {
	AWS *struct {
		CloudWatchMetrics []struct {
			Namespace string
			Metrics   []struct{ Name string }
		}
	} `json:"_aws"`
}

var embeddedMark = []byte(`"_aws"`)

// embeddedStart begins the lines that StarJob and most libraries write.
var embeddedStart = []byte(`{"_aws":{`)

// take adds the metrics that a line consists of or ends with, and returns the rest
// of the line.
func (m *metrics) take(line []byte) (rest []byte, found bool) {
	start := bytes.Index(line, embeddedStart)
	if start > 0 && m.add(line[start:]) {
		return line[:start], true
	}
	if m.add(line) {
		return nil, true
	}
	return line, false
}

// add adds the metrics of a line of a function's output, and reports whether there
// are any.
func (m *metrics) add(line []byte) bool {
	if len(line) == 0 || line[0] != '{' || !bytes.Contains(line, embeddedMark) {
		return false
	}
	var e embedded
	var fields map[string]json.RawMessage
	if json.Unmarshal(line, &e) != nil || e.AWS == nil || json.Unmarshal(line, &fields) != nil {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, directive := range e.AWS.CloudWatchMetrics {
		for _, metric := range directive.Metrics {
			m.addValue(metricName{directive.Namespace, metric.Name}, fields[metric.Name])
		}
	}
	return true
}

// addValue adds a metric's value: a number, a list of numbers, or numbers with how
// often each occurred.
func (m *metrics) addValue(name metricName, raw json.RawMessage) {
	if m.byName == nil {
		m.byName = map[metricName]*Distribution{}
	}
	d := m.byName[name]
	if d == nil {
		d = &Distribution{}
		m.byName[name] = d
	}
	var one float64
	if json.Unmarshal(raw, &one) == nil {
		d.Add(one, 1)
		return
	}
	var many []float64
	if json.Unmarshal(raw, &many) == nil {
		for _, v := range many {
			d.Add(v, 1)
		}
		return
	}
	var counted struct {
		Values []float64
		Counts []float64
	}
	if json.Unmarshal(raw, &counted) == nil && len(counted.Values) == len(counted.Counts) {
		for i, v := range counted.Values {
			d.Add(v, int(counted.Counts[i]))
		}
	}
}

// get returns a copy of a metric's distribution.
func (m *metrics) get(namespace, name string) Distribution {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.byName[metricName{namespace, name}]; d != nil {
		return d.clone()
	}
	return Distribution{}
}
