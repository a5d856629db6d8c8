package local

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

const (
	defaultBatchSize = 10
	// maxFilters is what Lambda allows on request; 5 otherwise.
	// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
	maxFilters = 10
)

// readMapping reads an AWS::Lambda::EventSourceMapping; nil if its source is no
// queue.
func (s *scope) readMapping(p cfn.Path, r *cfn.Node) *mappingPlan {
	id, p, properties := p[len(p)-1], p.Key("Properties"), r.Get("Properties")
	source := properties.Get("EventSourceArn")
	if source == nil {
		return nil
	}
	m := &mappingPlan{id: id, path: p, at: r.Range}
	m.problems = s.apart(func() {
		m.queueARN = s.source(p.Key("EventSourceArn"), source)
		name, _ := s.text(p.Key("FunctionName"), properties.Get("FunctionName"))
		m.functionName = functionOf(name)
		s.readPolling(p, properties, m)
	})
	if m.queueARN != "" && !ofQueue.MatchString(m.queueARN) {
		return nil
	}
	return m
}

// ofQueue matches the ARNs of queues, of any partition.
var ofQueue = regexp.MustCompile(`^arn:[^:]+:sqs:`)

// source is the ARN that a mapping reads from. A queue's URL, which a Ref gives,
// is no ARN, and Lambda takes it for nothing else.
func (s *scope) source(p cfn.Path, n *cfn.Node) string {
	arn, _ := s.text(p, n)
	if strings.HasPrefix(arn, s.queueURL) || strings.HasPrefix(arn, "https://sqs.") {
		s.report(diag.LocalValue, p, n, "a queue's ARN is wanted here, and this is its URL", "write Fn::GetAtt, with the attribute Arn, in place of Ref")
		return ""
	}
	return arn
}

// readEvents reads a serverless function's events of type SQS.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html
func (s *scope) readEvents(p cfn.Path, r *cfn.Node) []*mappingPlan {
	var mappings []*mappingPlan
	events := r.At("Properties", "Events")
	for _, name := range events.Keys() {
		event := events.Get(name)
		if kind, _ := event.Get("Type").AsString(); kind != "SQS" {
			continue
		}
		at, properties := p.Key("Properties", "Events", name, "Properties"), event.Get("Properties")
		id := p[len(p)-1]
		m := &mappingPlan{id: id + name, path: at, at: event.Range, functionName: s.name(p, r)}
		m.problems = s.apart(func() {
			m.queueARN = s.source(at.Key("Queue"), properties.Get("Queue"))
			s.readPolling(at, properties, m)
		})
		mappings = append(mappings, m)
	}
	return mappings
}

// readPolling reads what both ways to write a mapping have in common.
func (s *scope) readPolling(p cfn.Path, properties *cfn.Node, m *mappingPlan) {
	m.batchSize = defaultBatchSize
	m.enabled = s.boolean(p.Key("Enabled"), properties.Get("Enabled"), true)
	if n := properties.Get("BatchSize"); n != nil {
		if size, ok := s.integer(p.Key("BatchSize"), n); ok {
			m.batchSize = size
		}
	}
	if n := properties.Get("MaximumBatchingWindowInSeconds"); n != nil {
		seconds, _ := s.integer(p.Key("MaximumBatchingWindowInSeconds"), n)
		m.window = time.Duration(seconds) * time.Second
	}
	if n := properties.At("ScalingConfig", "MaximumConcurrency"); n != nil {
		m.concurrency, _ = s.integer(p.Key("ScalingConfig", "MaximumConcurrency"), n)
	}
	for _, kind := range s.items(p.Key("FunctionResponseTypes"), properties.Get("FunctionResponseTypes")) {
		text, _ := kind.AsString()
		m.reportsFailures = m.reportsFailures || text == "ReportBatchItemFailures"
	}
	filters := s.resolve(p.Key("FilterCriteria"), properties.Get("FilterCriteria"))
	if n := filters.Get("Filters"); n != nil && len(n.Items) > maxFilters {
		s.report(diag.LocalValue, p.Key("FilterCriteria", "Filters"), n, fmt.Sprintf("there are %d filters, and Lambda takes 10 at most", len(n.Items)), "")
	}
	for i, f := range s.items(p.Key("FilterCriteria", "Filters"), filters.Get("Filters")) {
		pattern, _ := f.Get("Pattern").AsString()
		parsed, err := parseFilter(pattern)
		if err != nil {
			s.report(diag.LocalValue, p.Key("FilterCriteria", "Filters").Index(i), f, "the filter's pattern is not valid: "+err.Error(), "")
			continue
		}
		m.filters = append(m.filters, parsed)
	}
}

func (s *scope) items(p cfn.Path, n *cfn.Node) []*cfn.Node {
	if n == nil {
		return nil
	}
	list, ok := s.listOf(p, n)
	if !ok {
		return nil
	}
	return list.Items
}

// checkMapping reports what Lambda would refuse of a mapping.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (s *scope) checkMapping(pl *plan, m *mappingPlan) {
	refuse := func(wrong bool, fix, problem string, values ...any) {
		if wrong {
			s.problems = append(s.problems, diag.Diagnostic{
				Code: diag.LocalValue, Path: m.path.String(), Range: m.at, Problem: fmt.Sprintf(problem, values...), Fix: fix,
			})
		}
	}
	window := int(m.window / time.Second)
	refuse(m.batchSize < 1 || m.batchSize > 10_000, "", "BatchSize %d is not between 1 and 10,000", m.batchSize)
	refuse(window < 0 || window > 300, "", "MaximumBatchingWindowInSeconds %d is not between 0 and 300", window)
	refuse(m.concurrency != 0 && (m.concurrency < 2 || m.concurrency > 1000), "", "MaximumConcurrency %d is not between 2 and 1,000", m.concurrency)
	f, q := pl.function(m.functionName), pl.queue(nameOfARN(m.queueARN))
	astray := m.astray("function", m.functionName)
	refuse(f == nil && m.enabled && astray != "", "", "%s", astray)
	astray = m.astray("queue", m.queueARN)
	refuse(q == nil && m.enabled && astray != "", "", "%s", astray)
	if q == nil {
		return
	}
	fifo := q.attributes["FifoQueue"] == "true"
	refuse(fifo && m.batchSize > 10, "", "BatchSize %d is over 10, the most that a FIFO queue allows", m.batchSize)
	refuse(fifo && window > 0, "", "MaximumBatchingWindowInSeconds is not allowed with a FIFO queue")
	refuse(!fifo && m.batchSize > 10 && window == 0, "give the mapping a MaximumBatchingWindowInSeconds of 1 or more", "BatchSize %d is over 10 and there is no batching window", m.batchSize)
	if f != nil {
		visibility := q.visibility()
		refuse(visibility < f.timeout, "AWS recommends six times the function's timeout, plus the batching window",
			"the queue's VisibilityTimeout %d is below the function's Timeout %d", visibility/time.Second, f.timeout/time.Second)
	}
}

// astray says that what a mapping leads to is not there; nothing where its name
// cannot be told, which is a problem of the mapping already.
func (m *mappingPlan) astray(what, name string) string {
	switch {
	case name != "":
		return "the mapping's " + what + " " + name + " is not in the template"
	case len(m.problems) == 0:
		return "the mapping names no " + what
	}
	return ""
}

// visibility is the queue's visibility timeout.
func (q *queuePlan) visibility() time.Duration {
	const byDefault = 30 * time.Second
	seconds, err := strconv.Atoi(q.attributes["VisibilityTimeout"])
	if err != nil {
		return byDefault // where it is no number, SQS refuses the queue
	}
	return time.Duration(seconds) * time.Second
}

// function finds a function by its name.
func (pl *plan) function(name string) *functionPlan {
	for _, f := range pl.functions {
		if f.name == name {
			return f
		}
	}
	return nil
}

// queue finds a queue by its name.
func (pl *plan) queue(name string) *queuePlan {
	for _, q := range pl.queues {
		if q.name == name {
			return q
		}
	}
	return nil
}
