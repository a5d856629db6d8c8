package plan

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/filter"
	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

const (
	defaultBatchSize = 10
	// maxFilters is the limit that Lambda grants on request; it is 5 otherwise.
	// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
	maxFilters = 10
)

// A Mapping is an AWS::Lambda::EventSourceMapping of a queue, or an SQS event of
// a serverless function.
type Mapping struct {
	ID       string // the logical ID
	Path     cfn.Path
	Range    diag.Range
	QueueARN string
	Queue    *Queue    // nil if it is not in the template, which may be so if the mapping is not enabled
	Function *Function // likewise

	FunctionName    string
	Enabled         bool
	BatchSize       int
	Window          time.Duration    // MaximumBatchingWindowInSeconds
	MaxConcurrency  int              // 0 without a limit
	ReportsFailures bool             // FunctionResponseTypes: ReportBatchItemFailures
	Filters         []filter.Pattern // a message must match one of them, if there are any

	problems diag.List
}

// readMapping reads an AWS::Lambda::EventSourceMapping; nil if its source is not a
// queue.
func readMapping(t *resolve.Template, p cfn.Path, r *cfn.Node) *Mapping {
	id, p, properties := p[len(p)-1], p.Key("Properties"), r.Get("Properties")
	source := properties.Get("EventSourceArn")
	if source == nil {
		return nil
	}
	m := &Mapping{ID: id, Path: p, Range: r.Range}
	m.problems = t.Collect(func() {
		m.QueueARN = sourceARN(t, p.Key("EventSourceArn"), source)
		name, _ := t.Scalar(p.Key("FunctionName"), properties.Get("FunctionName"))
		m.FunctionName = arn.FunctionName(name)
		readPolling(t, p, properties, m)
	})
	if m.QueueARN != "" && !queueARN.MatchString(m.QueueARN) {
		return nil
	}
	return m
}

// queueARN matches the ARNs of queues, of any partition.
var queueARN = regexp.MustCompile(`^arn:[^:]+:sqs:`)

// sourceARN returns the ARN that an event source mapping reads from. A queue's URL,
// which Ref returns, is not an ARN, and Lambda refuses it.
func sourceARN(t *resolve.Template, p cfn.Path, n *cfn.Node) string {
	source, _ := t.Scalar(p, n)
	if strings.HasPrefix(source, t.QueueURL("")) || strings.HasPrefix(source, "https://sqs.") {
		t.Report(diag.LocalValue, p, n, source+" is the queue's URL, not its ARN", "use Fn::GetAtt with the attribute Arn instead of Ref")
		return ""
	}
	return source
}

// readEvents reads a serverless function's events of type SQS.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html
func readEvents(t *resolve.Template, p cfn.Path, r *cfn.Node) []*Mapping {
	var mappings []*Mapping
	events := r.At("Properties", "Events")
	for _, name := range events.Keys() {
		event := events.Get(name)
		if kind, _ := event.Get("Type").AsString(); kind != "SQS" {
			continue
		}
		at, properties := p.Key("Properties", "Events", name, "Properties"), event.Get("Properties")
		id := p[len(p)-1]
		m := &Mapping{ID: id + name, Path: at, Range: event.Range, FunctionName: t.Name(p, r)}
		m.problems = t.Collect(func() {
			m.QueueARN = sourceARN(t, at.Key("Queue"), properties.Get("Queue"))
			readPolling(t, at, properties, m)
		})
		mappings = append(mappings, m)
	}
	return mappings
}

// readPolling reads the properties that both ways to write an event source mapping
// have in common.
func readPolling(t *resolve.Template, p cfn.Path, properties *cfn.Node, m *Mapping) {
	m.BatchSize = defaultBatchSize
	m.Enabled = t.Bool(p.Key("Enabled"), properties.Get("Enabled"), true)
	if n := properties.Get("BatchSize"); n != nil {
		if size, ok := t.Int(p.Key("BatchSize"), n); ok {
			m.BatchSize = size
		}
	}
	if n := properties.Get("MaximumBatchingWindowInSeconds"); n != nil {
		seconds, _ := t.Int(p.Key("MaximumBatchingWindowInSeconds"), n)
		m.Window = time.Duration(seconds) * time.Second
	}
	if n := properties.At("ScalingConfig", "MaximumConcurrency"); n != nil {
		m.MaxConcurrency, _ = t.Int(p.Key("ScalingConfig", "MaximumConcurrency"), n)
	}
	for _, kind := range t.Items(p.Key("FunctionResponseTypes"), properties.Get("FunctionResponseTypes")) {
		name, _ := kind.AsString()
		m.ReportsFailures = m.ReportsFailures || name == "ReportBatchItemFailures"
	}
	filters := t.Value(p.Key("FilterCriteria"), properties.Get("FilterCriteria"))
	if n := filters.Get("Filters"); n != nil && len(n.Items) > maxFilters {
		t.Report(diag.LocalValue, p.Key("FilterCriteria", "Filters"), n, fmt.Sprintf("Filters has %d filters (allowed: up to 10)", len(n.Items)), "")
	}
	for i, f := range t.Items(p.Key("FilterCriteria", "Filters"), filters.Get("Filters")) {
		pattern, _ := f.Get("Pattern").AsString()
		parsed, err := filter.Parse(pattern)
		if err != nil {
			t.Report(diag.LocalValue, p.Key("FilterCriteria", "Filters").Index(i), f, "the pattern of the filter is not valid: "+err.Error(), "")
			continue
		}
		m.Filters = append(m.Filters, parsed)
	}
}
