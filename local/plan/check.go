package plan

import (
	"fmt"
	"time"

	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// check reports functions that must run but cannot, and parts of a plan that do not
// fit together.
func check(t *resolve.Template, pl *Plan) {
	for _, f := range pl.Running() {
		if f.obstacle.problem != "" {
			t.Report(diag.NotRunHere, f.Path, &cfn.Node{Range: f.CodeRange}, f.obstacle.problem, f.obstacle.fix)
		}
	}
	checkNames(t, pl)
	for _, m := range pl.Mappings {
		checkMapping(t, m)
	}
}

// checkNames reports physical names that two resources share.
func checkNames(t *resolve.Template, pl *Plan) {
	owner := map[string]string{}
	claim := func(kind, name, id string, p cfn.Path, at diag.Range) {
		if first, taken := owner[kind+name]; taken && name != "" {
			t.Add(diag.Diagnostic{
				Code: diag.LocalValue, Path: p.String(), Range: at, Problem: fmt.Sprintf("%s and %s are both named %s", first, id, name),
			})
		}
		owner[kind+name] = id
	}
	for _, q := range pl.Queues {
		claim("queue ", q.Name, q.ID, q.Path, q.Range)
	}
	for _, f := range pl.Functions {
		claim("function ", f.Name, f.ID, f.Path, f.Range)
	}
}

// checkMapping reports why Lambda would refuse an event source mapping.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func checkMapping(t *resolve.Template, m *Mapping) {
	refuse := func(wrong bool, fix, problem string, values ...any) {
		if wrong {
			t.Add(diag.Diagnostic{
				Code: diag.LocalValue, Path: m.Path.String(), Range: m.Range, Problem: fmt.Sprintf(problem, values...), Fix: fix,
			})
		}
	}
	window := int(m.Window / time.Second)
	refuse(m.BatchSize < 1 || m.BatchSize > 10_000, "", "BatchSize is %d (allowed: 1 to 10,000)", m.BatchSize)
	refuse(window < 0 || window > 300, "", "MaximumBatchingWindowInSeconds is %d (allowed: 0 to 300)", window)
	refuse(m.MaxConcurrency != 0 && (m.MaxConcurrency < 2 || m.MaxConcurrency > 1000), "", "MaximumConcurrency is %d (allowed: 2 to 1,000)", m.MaxConcurrency)
	f, q := m.Function, m.Queue
	missing := missingTarget(m, "function", m.FunctionName)
	refuse(f == nil && m.Enabled && missing != "", "", "%s", missing)
	missing = missingTarget(m, "queue", m.QueueARN)
	refuse(q == nil && m.Enabled && missing != "", "", "%s", missing)
	if q == nil {
		return
	}
	fifo := q.Attributes["FifoQueue"] == "true"
	refuse(fifo && m.BatchSize > 10, "", "BatchSize is %d (allowed with a FIFO queue: 1 to 10)", m.BatchSize)
	refuse(fifo && window > 0, "", "MaximumBatchingWindowInSeconds is not allowed with a FIFO queue")
	refuse(!fifo && m.BatchSize > 10 && window == 0, "set MaximumBatchingWindowInSeconds to 1 or more", "BatchSize is %d (allowed without a batching window: 1 to 10)", m.BatchSize)
	if f != nil {
		visibility := q.VisibilityTimeout()
		refuse(visibility < f.Timeout, "set VisibilityTimeout to six times the function's Timeout plus the batching window, as AWS recommends",
			"VisibilityTimeout of the queue is %d (allowed: at least %d, the function's Timeout)", visibility/time.Second, f.Timeout/time.Second)
	}
}

// missingTarget reports that the queue or function of an event source mapping is
// missing. It is empty if the name cannot be resolved, which is one of the
// mapping's problems already.
func missingTarget(m *Mapping, what, name string) string {
	switch {
	case name != "":
		return "the " + what + " " + name + " is not in the template"
	case len(m.problems) == 0:
		return "the event source mapping has no " + what
	}
	return ""
}
