package cli

import (
	"slices"
	"strings"
	"time"

	"github.com/serverless-star/starjob/cli/display"
	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
)

// allSteps are the job's steps and, as a step each, the other event source
// mappings of the template.
func allSteps(job expand.Job, mappings []local.Mapping) []expand.Step {
	steps := slices.Clone(job.Steps)
	mappingsOf := map[string]int{}
	for _, m := range mappings {
		mappingsOf[m.Function]++
	}
	for _, m := range mappings {
		if slices.ContainsFunc(steps, func(step expand.Step) bool { return step.EventSource == m.ID }) {
			continue
		}
		name := m.Function
		if mappingsOf[m.Function] > 1 {
			name = m.ID
		}
		steps = append(steps, expand.Step{Name: name, Queue: m.Queue, Function: m.Function, EventSource: m.ID, DeadLetterQueue: m.DeadLetterQueue})
	}
	return steps
}

// endpointsOf returns the endpoints of the steps' queues and the stack's functions.
func endpointsOf(stack *local.Stack, t *template, first firstItem, steps []expand.Step) display.Endpoints {
	e := display.Endpoints{
		Endpoint: stack.Endpoint(), Region: stack.Region(), Queues: map[string]string{},
		DeadLetters: map[string]string{}, Functions: map[string]display.Function{}, DefaultStep: first.step.Name,
		Template: t.path(),
	}
	snapshot := stack.Snapshot()
	for _, step := range steps {
		e.Order = append(e.Order, step.Name)
		e.Queues[step.Name] = snapshot.Queues[step.Queue].URL
		if step.DeadLetterQueue != "" {
			e.DeadLetters[step.Name] = snapshot.Queues[step.DeadLetterQueue].URL
		}
	}
	names := functionNames(first.job)
	for id, f := range snapshot.Functions {
		e.Functions[functionName(names, id)] = display.Function{Name: f.Name, URL: f.URL}
		if id == first.job.GenerateFunction {
			e.Generate = f.Name
		}
	}
	return e
}

// figuresOf are the steps' figures in a snapshot.
func figuresOf(steps []expand.Step, snapshot local.Snapshot) []display.Step {
	figures := make([]display.Step, len(steps))
	for i, step := range steps {
		figures[i] = stepFigures(step, snapshot)
	}
	return figures
}

// metricNamespace and the names in stepFigures are those of the metrics that the
// runtime writes for every batch.
const metricNamespace = "StarJob"

// stepFigures counts items by the metrics that the runtime writes. A batch writes
// none if its invocation failed: its items count as failed. Functions that don't use
// StarJob's runtime write none either: their replies count.
func stepFigures(step expand.Step, snapshot local.Snapshot) display.Step {
	queue, mapping, function := snapshot.Queues[step.Queue], snapshot.Mappings[step.EventSource], snapshot.Functions[step.Function]
	s := display.Step{
		Name: step.Name, Waiting: queue.Waiting, InFlight: queue.InFlight, Delayed: queue.Delayed,
		Arrived: queue.Arrived, Received: mapping.Received, Retries: mapping.Retries, Dead: snapshot.Queues[step.DeadLetterQueue].Arrived,
		ColdStarts: function.ColdStarts,
	}
	metric := func(name string) local.Distribution { return function.Metric(metricNamespace, name) }
	durations := metric("duration")
	if metric("received").Count == 0 {
		s.Succeeded, s.Failed, durations = mapping.Succeeded, mapping.Failed, function.Durations
	} else {
		s.Succeeded = int(metric("succeeded").Sum)
		s.Ignored = int(metric("ignored").Sum)
		s.Failed = int(metric("failed").Sum) + mapping.Crashed
		s.Generated = int(metric("generated").Sum)
	}
	s.P50, s.P95, s.P99 = durations.Quantile(0.5), durations.Quantile(0.95), durations.Quantile(0.99)
	// Items that are visible in a FIFO queue may be waiting behind one that is not.
	idle := s.Waiting == 0 || strings.HasSuffix(queue.Name, ".fifo")
	if snapshot.Quiet && idle && !queue.Due.IsZero() {
		s.DueIn = max(1, float64(time.Until(queue.Due))/float64(time.Millisecond))
	}
	return s
}
