package job

import (
	"fmt"
	"math"
	"slices"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// settings checks the keys that a job and its steps may both have, except
// Function, and gives each value a single form. An invalid value becomes nil, as
// if it were missing.
func (d *decoder) settings(path cfn.Path, s *settings) {
	s.Queue = d.properties(path.Key("Queue"), s.Queue)
	s.EventSource = d.properties(path.Key("EventSource"), s.EventSource)
	s.Retry = d.retry(path.Key("Retry"), s.Retry)
	s.DeadLetterQueue = d.mapOrFalse(path.Key("DeadLetterQueue"), s.DeadLetterQueue)
	s.IgnoreErrors = d.boolean(path.Key("IgnoreErrors"), s.IgnoreErrors)
	warnOfUnknownKeys(d.Problems, path.Key("Queue"), s.Queue, queueProperties)
	warnOfUnknownKeys(d.Problems, path.Key("DeadLetterQueue"), s.DeadLetterQueue, queueProperties)
	warnOfUnknownKeys(d.Problems, path.Key("EventSource"), s.EventSource, mappingProperties)
	s.Tags = decodeTags(d, path.Key("Tags"), s.Tags)
	s.LogRetentionInDays = d.retention(path.Key("LogRetentionInDays"), s.LogRetentionInDays)
}

// merge returns s with over merged into it.
func (s settings) merge(over settings) settings {
	return settings{
		Function:           MergeFunction(s.Function, over.Function),
		Queue:              cfn.Merge(s.Queue, over.Queue),
		EventSource:        cfn.Merge(s.EventSource, over.EventSource),
		Retry:              cfn.Merge(s.Retry, over.Retry),
		DeadLetterQueue:    cfn.Merge(s.DeadLetterQueue, over.DeadLetterQueue),
		IgnoreErrors:       cfn.Merge(s.IgnoreErrors, over.IgnoreErrors),
		Tags:               mergeTags(s.Tags, over.Tags),
		LogRetentionInDays: cfn.Merge(s.LogRetentionInDays, over.LogRetentionInDays),
	}
}

// The AWS properties for which StarJob has a default, or on which its decisions
// depend.
var (
	decidingOfQueue   = []string{"FifoQueue", "MessageRetentionPeriod", "QueueName", "RedrivePolicy", "VisibilityTimeout"}
	decidingOfMapping = []string{"BatchSize", "MaximumBatchingWindowInSeconds", "ProvisionedPollerConfig", "ScalingConfig"}
)

// deleteNothing removes null and AWS::NoValue from those properties, so that
// StarJob's defaults apply. s must be the result of merge.
func (s settings) deleteNothing() {
	s.Queue.DeleteNothing(decidingOfQueue...)
	s.DeadLetterQueue.DeleteNothing(decidingOfQueue...)
	s.EventSource.DeleteNothing(decidingOfMapping...)
}

func (d *decoder) retention(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n = d.number(path, n, bounds{math.MinInt, noLimit, "days"}); n == nil {
		return nil
	}
	value, known := d.values.Resolve(n)
	days, _ := value.AsInt()
	if !known || slices.Contains(retentions, days) {
		return n
	}
	d.Error(diag.OutOfBounds, path, fmt.Sprintf("LogRetentionInDays is %s (allowed: %s)", value.Text, retentionBounds()), "use a number of days that CloudWatch Logs supports")
	return nil
}

// retry returns a Map of the valid keys of Retry.
func (d *decoder) retry(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n = d.properties(path, n); n == nil {
		return nil
	}
	var keys retryKeys
	decodeKeys(d.Problems, path, retryTable, n, &keys)
	checked := cfn.NewMap()
	set := func(key string, value *cfn.Node, b bounds) {
		if value = d.number(path.Key(key), value, b); value != nil {
			checked.Set(key, value)
		}
	}
	set("MaxAttempts", keys.MaxAttempts, attemptBounds)
	set("MinDelay", keys.MinDelay, delayBounds)
	set("MaxDelay", keys.MaxDelay, delayBounds)
	return checked
}

// newRetry fills in defaults.
func newRetry(n *cfn.Node) Retry {
	return Retry{
		MaxAttempts: n.Get("MaxAttempts").OrElse(cfn.NewInt(DefaultMaxAttempts)),
		MinDelay:    n.Get("MinDelay").OrElse(cfn.NewInt(DefaultMinDelay)),
		MaxDelay:    n.Get("MaxDelay").OrElse(cfn.NewInt(DefaultMaxDelay)),
	}
}

// checkDelays reports a MinDelay above MaxDelay, at the Retry that sets one of
// them: the step's, or else the job's.
func (d *decoder) checkDelays(job, step cfn.Path, r Retry) {
	minDelay, known := d.values.Resolve(r.MinDelay)
	maxDelay, alsoKnown := d.values.Resolve(r.MaxDelay)
	low, ok := minDelay.AsInt()
	high, alsoOK := maxDelay.AsInt()
	if !known || !alsoKnown || !ok || !alsoOK || low <= high {
		return
	}
	path := step.Key("Retry")
	if own := d.template.Find(path); !own.Has("MinDelay") && !own.Has("MaxDelay") {
		path = job.Key("Retry")
	}
	d.Error(diag.OutOfBounds, path, fmt.Sprintf("MinDelay is %d s, more than MaxDelay, which is %d s", low, high),
		fmt.Sprintf("set MinDelay to at most MaxDelay; their defaults are %d s and %d s", DefaultMinDelay, DefaultMaxDelay))
}
