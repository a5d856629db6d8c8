package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// addUserQueues adds the queues that the template declares itself.
func addUserQueues(src Source, r references, queues map[string]*Queue) {
	resources := src.Template.Get("Resources")
	if resources == nil {
		return
	}
	for _, e := range resources.Entries {
		if e.Value.ResourceType() == cfn.TypeQueue {
			properties := r.node(e.Value.Get("Properties"))
			fifo, _ := src.Values.Bool(properties.Get("FifoQueue"))
			queues[e.Key] = &Queue{LogicalID: e.Key, Properties: properties, FIFO: fifo, Keys: keysOf(src, properties)}
		}
	}
}

// newQueue plans the queue of a step.
func newQueue(src Source, ids ids, j *job.Job, s *job.Step) *Queue {
	fifo, _ := src.Values.Bool(s.Queue.Get("FifoQueue"))
	q := &Queue{LogicalID: ids.queue(), Properties: queueProperties(src.Values, s.Queue), FIFO: fifo}
	q.Short = j.Name != nil && !s.Queue.Has("QueueName")
	q.Entry = wire.QueueEntry(s.Name, "${"+q.LogicalID+"}")
	if q.Short {
		q.Entry = wire.ShortQueueEntry(s.Name, fifo)
	}
	setPhysicalName(q.Properties, "QueueName", j.Name, FIFOName(s.Name, fifo))
	q.Keys = keysOf(src, q.Properties)
	return q
}

// queueProperties returns the properties that the user sets, without a FifoQueue that
// is false: SQS refuses that attribute for standard queues.
func queueProperties(values cfn.Values, given *cfn.Node) *cfn.Node {
	properties := given.Clone()
	if fifo, known := values.Bool(properties.Get("FifoQueue")); known && !fifo {
		properties.Delete("FifoQueue")
	}
	return properties
}

// planDeadLetters decides where items go after they exhausted their attempts. The
// target of a user's RedrivePolicy is found later, by find.
func planDeadLetters(src Source, ids ids, j *job.Job, s *job.Step, source *Queue) DeadLetters {
	if policy := source.Properties.Get("RedrivePolicy"); policy != nil {
		attempts := policy.Get("maxReceiveCount")
		if attempts == nil {
			attempts = s.Retry.MaxAttempts
		}
		return DeadLetters{Policy: policy, Attempts: attempts}
	}
	if !makesDeadLetterQueue(s) {
		return DeadLetters{Attempts: s.Retry.MaxAttempts}
	}
	q := &Queue{LogicalID: ids.deadLetterQueue(), Properties: queueProperties(src.Values, s.DeadLetterQueue), FIFO: source.FIFO}
	setPhysicalName(q.Properties, "QueueName", j.Name, FIFOName(s.Name+"-dead", q.FIFO))
	inheritKey(q, source)
	q.Keys = keysOf(src, q.Properties)
	return DeadLetters{Queue: q, Made: true, Attempts: s.Retry.MaxAttempts}
}

// find sets Queue to the target of the user's RedrivePolicy, if it is a queue of the
// result.
func (d *DeadLetters) find(queues map[string]*Queue) {
	if id, attribute := d.Policy.Get("deadLetterTargetArn").Referent(); attribute == "Arn" {
		d.Queue = queues[id]
	}
}

// inheritKey encrypts dead letters with the key of the step's queue, unless the user
// sets an encryption.
func inheritKey(q, source *Queue) {
	if q.Properties.Has("KmsMasterKeyId") || q.Properties.Has("SqsManagedSseEnabled") {
		return
	}
	for _, name := range []string{"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"} {
		if n := source.Properties.Get(name); n != nil {
			q.Properties.Default(name, n.Clone())
		}
	}
}

// visibility returns the default visibility timeout in seconds. It is what AWS
// recommends, so that Lambda can retry throttled invocations.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func visibility(f *Function, window int) int {
	return min(wire.MaxVisibilitySeconds, 6*f.CountedTimeout()+window)
}
