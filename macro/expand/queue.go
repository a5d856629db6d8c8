package expand

import (
	"github.com/awslabs/goformation/v7/cloudformation/sqs"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// queue is a queue of the result.
type queue struct {
	id         string
	properties *cfn.Node // nil for none
	fifo       bool
	// short tells that the queue's name follows from the job's Name and the
	// step's, so that functions can do without its URL.
	short bool
	// entry is a step's queue in a function's list of queues, for Fn::Sub.
	entry string
}

func (q *queue) arn() *cfn.Node { return cfn.GetAtt(q.id, "Arn") }

func (q *queue) url() *cfn.Node { return cfn.Ref(q.id) }

// key is the KMS key of the queue; nil without one.
func (q *queue) key() *cfn.Node { return q.properties.Get("KmsMasterKeyId") }

// planQueues begins a step with its queues.
func (p *plan) planQueues(model *job.Step) *step {
	s := &step{Step: model, base: p.LogicalID + pascal(model.Name)}
	fifo, _ := p.boolean(s.Queue.Get("FifoQueue"))
	s.queue = &queue{id: s.base + "Queue", properties: p.queueProperties(s.Queue), fifo: fifo}
	s.queue.short = p.Name != nil && !s.Queue.Has("QueueName")
	s.queue.entry = wire.QueueEntry(s.Name, "${"+s.queue.id+"}")
	if s.queue.short {
		s.queue.entry = wire.ShortQueueEntry(s.Name, fifo)
	}
	p.physical(s.queue.properties, "QueueName", fifoName(s.Name, fifo))
	s.dead = p.planDeadLetters(s)
	p.queues[s.queue.id] = s.queue
	if s.dead.made {
		p.queues[s.dead.queue.id] = s.dead.queue
	}
	return s
}

// queueProperties are those that the user gives, less a FifoQueue that is false:
// SQS knows no such attribute of standard queues.
func (p *plan) queueProperties(given *cfn.Node) *cfn.Node {
	properties := given.Clone()
	if fifo, known := p.boolean(properties.Get("FifoQueue")); known && !fifo {
		properties.Delete("FifoQueue")
	}
	return properties
}

func fifoName(name string, fifo bool) string {
	if fifo {
		return name + wire.FIFOSuffix
	}
	return name
}

// queueResources are a step's queue and, if it is StarJob's, its dead-letter
// queue.
func (p *plan) queueResources(s *step) []cfn.Entry {
	visibility := p.visibility(s)
	r, defaults := typed(&sqs.Queue{VisibilityTimeout: &visibility})
	if s.dead.made {
		defaults.Set("RedrivePolicy", cfn.NewMap(
			cfn.E("deadLetterTargetArn", s.dead.queue.arn()),
			cfn.E("maxReceiveCount", s.Retry.MaxAttempts.Clone()),
		))
	}
	r.Set("Properties", withDefaults(defaults, s.queue.properties))
	addTags(r.Get("Properties"), s.Tags)
	resources := []cfn.Entry{cfn.E(s.queue.id, r)}
	if s.dead.made {
		resources = append(resources, cfn.E(s.dead.queue.id, p.deadLetterResource(s)))
	}
	return resources
}

// withDefaults lays properties on StarJob's, which stay where those stand for
// nothing under a condition.
func withDefaults(defaults, properties *cfn.Node) *cfn.Node {
	merged := cfn.Merge(defaults, properties)
	for _, e := range defaults.Entries {
		merged.Set(e.Key, merged.Get(e.Key).OrElse(e.Value))
	}
	return merged
}

// visibility is how long a received item stays invisible, in seconds, unless
// the user says otherwise. It is what AWS advises: long enough for Lambda to go
// on trying while a function is throttled.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (p *plan) visibility(s *step) int {
	return min(wire.MaxVisibilitySeconds, 6*s.function.countedTimeout()+p.window(s))
}

// window is a step's batching window in seconds; one that cannot be known
// counts as the longest.
func (p *plan) window(s *step) int {
	n := s.EventSource.Get("MaximumBatchingWindowInSeconds")
	if n == nil {
		return 0
	}
	if seconds, ok := p.integer(n); ok {
		return seconds
	}
	return maxWindow
}
