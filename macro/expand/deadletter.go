package expand

import (
	"github.com/awslabs/goformation/v7/cloudformation/sqs"

	"github.com/serverless-star/starjob/macro/cfn"
)

// deadLetterRetention is the longest that SQS keeps a message, 14 days in
// seconds. A dead letter's age counts from when the item was first sent, so it
// must be longer than the retention of the step's queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
const deadLetterRetention = 14 * 24 * 60 * 60

// defaultRetention is SQS's own, 4 days in seconds.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html
const defaultRetention = 4 * 24 * 60 * 60

// deadLetters is where a step's dead letters go.
type deadLetters struct {
	// queue is the queue that the runtime sends to: StarJob's own, or a queue of
	// this template that the user's RedrivePolicy names. Nil if there is none.
	queue *queue
	made  bool // the queue is StarJob's own
	// policy is the user's RedrivePolicy, which replaces all of StarJob's; nil
	// without one.
	policy *cfn.Node
	// attempts is how often an item is received before SQS gives it up.
	attempts *cfn.Node
}

func (p *plan) planDeadLetters(s *step) deadLetters {
	policy := s.queue.properties.Get("RedrivePolicy")
	if policy != nil {
		attempts := policy.Get("maxReceiveCount")
		if attempts == nil {
			attempts = s.Retry.MaxAttempts
		}
		return deadLetters{policy: policy, attempts: attempts}
	}
	if s.DeadLetterQueue == nil {
		return deadLetters{attempts: s.Retry.MaxAttempts}
	}
	q := &queue{id: s.base + "DeadLetterQueue", properties: p.queueProperties(s.DeadLetterQueue), fifo: s.queue.fifo}
	p.physical(q.properties, "QueueName", fifoName(s.Name+"-dead", q.fifo))
	q.inheritKey(s.queue)
	return deadLetters{queue: q, made: true, attempts: s.Retry.MaxAttempts}
}

// find looks for the target of the user's RedrivePolicy among the queues of the
// template.
func (d *deadLetters) find(queues map[string]*queue) {
	if id, attribute := referent(d.policy.Get("deadLetterTargetArn")); attribute == "Arn" {
		d.queue = queues[id]
	}
}

// elsewhere tells that SQS moves dead letters where the runtime cannot send.
func (d deadLetters) elsewhere() bool {
	return d.policy != nil && d.queue == nil
}

// inheritKey encrypts dead letters with the key that protected them as items,
// unless the user chooses an encryption.
func (q *queue) inheritKey(source *queue) {
	if q.properties.Has("KmsMasterKeyId") || q.properties.Has("SqsManagedSseEnabled") {
		return
	}
	for _, name := range []string{"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"} {
		if n := source.properties.Get(name); n != nil {
			q.properties.Default(name, n.Clone())
		}
	}
}

func (p *plan) deadLetterResource(s *step) *cfn.Node {
	retention := deadLetterRetention
	r, defaults := typed(&sqs.Queue{MessageRetentionPeriod: &retention})
	if s.queue.fifo {
		defaults.Set("FifoQueue", s.queue.properties.Get("FifoQueue").Clone())
	}
	r.Set("Properties", withDefaults(defaults, s.dead.queue.properties))
	addTags(r.Get("Properties"), s.Tags)
	return r
}
