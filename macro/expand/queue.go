package expand

import (
	"github.com/awslabs/goformation/v7/cloudformation/sqs"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/plan"
)

// queueResources returns a step's queue and, if StarJob creates it, its dead-letter
// queue.
func queueResources(s *plan.Step) []cfn.Entry {
	visibility := s.Visibility
	r, defaults := typed(&sqs.Queue{VisibilityTimeout: &visibility})
	if s.DeadLetters.Made {
		defaults.Set("RedrivePolicy", cfn.NewMap(
			cfn.E("deadLetterTargetArn", s.DeadLetters.Queue.ARN()),
			cfn.E("maxReceiveCount", s.Model.Retry.MaxAttempts.Clone()),
		))
	}
	r.Set("Properties", withDefaults(defaults, s.Queue.Properties))
	addTags(r.Get("Properties"), s.Model.Tags)
	resources := []cfn.Entry{cfn.E(s.Queue.LogicalID, r)}
	if s.DeadLetters.Made {
		resources = append(resources, cfn.E(s.DeadLetters.Queue.LogicalID, deadLetterResource(s)))
	}
	return resources
}

// withDefaults merges properties over StarJob's defaults. A default also applies to a
// branch of Fn::If without a value.
func withDefaults(defaults, properties *cfn.Node) *cfn.Node {
	merged := cfn.Merge(defaults, properties)
	for _, e := range defaults.Entries {
		merged.Set(e.Key, merged.Get(e.Key).OrElse(e.Value))
	}
	return merged
}

func deadLetterResource(s *plan.Step) *cfn.Node {
	retention := plan.DeadLetterRetentionSeconds
	r, defaults := typed(&sqs.Queue{MessageRetentionPeriod: &retention})
	if s.Queue.FIFO {
		defaults.Set("FifoQueue", s.Queue.Properties.Get("FifoQueue").Clone())
	}
	r.Set("Properties", withDefaults(defaults, s.DeadLetters.Queue.Properties))
	addTags(r.Get("Properties"), s.Model.Tags)
	return r
}
