package job

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// settings checks what a job and its steps may both have, except Function, and
// gives each value one form. What is wrong becomes nil, as if it were missing.
func (d *decoder) settings(path cfn.Path, s *settings) {
	s.Queue = d.properties(path.Key("Queue"), s.Queue)
	s.EventSource = d.properties(path.Key("EventSource"), s.EventSource)
	s.Retry = d.retry(path.Key("Retry"), s.Retry)
	s.DeadLetterQueue = d.mapOrFalse(path.Key("DeadLetterQueue"), s.DeadLetterQueue)
	s.IgnoreErrors = d.boolean(path.Key("IgnoreErrors"), s.IgnoreErrors)
	d.strays(path.Key("Queue"), s.Queue, queueProperties)
	d.strays(path.Key("DeadLetterQueue"), s.DeadLetterQueue, queueProperties)
	d.strays(path.Key("EventSource"), s.EventSource, mappingProperties)
	s.Tags = d.tags(path.Key("Tags"), s.Tags)
	s.LogRetentionInDays = d.retention(path.Key("LogRetentionInDays"), s.LogRetentionInDays)
}

// merge returns over laid on s.
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

// The properties of AWS's for which StarJob has a default, or that decide
// something.
var (
	decidingOfQueue   = []string{"FifoQueue", "MessageRetentionPeriod", "QueueName", "RedrivePolicy", "VisibilityTimeout"}
	decidingOfMapping = []string{"BatchSize", "MaximumBatchingWindowInSeconds", "ProvisionedPollerConfig", "ScalingConfig"}
)

// deleteNothing removes what stands for nothing from those properties: what is
// not there is StarJob's to choose. It must be the result of merge.
func (s settings) deleteNothing() {
	s.Queue.DeleteNothing(decidingOfQueue...)
	s.DeadLetterQueue.DeleteNothing(decidingOfQueue...)
	s.EventSource.DeleteNothing(decidingOfMapping...)
}

// mapOrFalse returns a Map, which is empty for true, or a Bool for false.
func (d *decoder) mapOrFalse(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n == nil {
		return nil
	}
	key := path[len(path)-1]
	value, known := d.resolve(n)
	if !known {
		d.report(diag.NotLiteral, path, key+" is "+describe(n)+" as a whole, and StarJob has to know before anything is evaluated whether there is one",
			"write false or a map; the values in the map may be intrinsic functions"+otherQueue(key, n))
		return nil
	}
	if yes, ok := value.AsBool(); ok {
		if yes {
			return cfn.NewMap()
		}
		return cfn.NewBool(false)
	}
	if value.Kind != cfn.Map {
		d.report(diag.WrongType, path, key+" is "+describe(value), "write a map, or false for none"+otherQueue(key, n))
		return nil
	}
	return value
}

// otherQueue says how to name a dead-letter queue that is not StarJob's, if that
// may be meant.
func otherQueue(key string, n *cfn.Node) string {
	if call, _, _ := n.Intrinsic(); key != "DeadLetterQueue" || call == "Fn::If" {
		return ""
	}
	return "; for a queue that is there already, write Queue: {RedrivePolicy: {deadLetterTargetArn: …, maxReceiveCount: …}}"
}

// retentions are the periods that CloudWatch Logs offers, in days.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

func (d *decoder) retention(path cfn.Path, n *cfn.Node) *cfn.Node {
	if n = d.number(path, n, bounds{math.MinInt, noLimit, "days"}); n == nil {
		return nil
	}
	value, known := d.resolve(n)
	days, _ := value.AsInt()
	if !known || slices.Contains(retentions, days) {
		return n
	}
	d.report(diag.OutOfBounds, path, "LogRetentionInDays is "+value.Text, "CloudWatch Logs offers "+strings.ReplaceAll(strings.Trim(fmt.Sprint(retentions), "[]"), " ", ", ")+" days")
	return nil
}
