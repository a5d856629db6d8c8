package plan

import (
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Queue is a queue of the result.
type Queue struct {
	LogicalID string
	// Properties are those that the user gives, with the name that follows from
	// the job's Name; nil for none.
	Properties *cfn.Node
	FIFO       bool
	// Short reports that the queue's name follows from the job's Name and the
	// step's, so that functions find it without its URL.
	Short bool
	// Entry is a step's queue in a function's list of queues, for Fn::Sub; empty
	// for a queue that is not a step's.
	Entry string
	// Keys are the KMS keys that the queue may be encrypted with.
	Keys []Key
}

// ARN returns a new reference to the queue's ARN.
func (q *Queue) ARN() *cfn.Node { return cfn.GetAtt(q.LogicalID, "Arn") }

// URL returns a new reference to the queue's URL.
func (q *Queue) URL() *cfn.Node { return cfn.Ref(q.LogicalID) }

// addUserQueues adds the queues that the template has of its own.
func (p *Plan) addUserQueues(r references) {
	resources := p.Template.Get("Resources")
	if resources == nil {
		return
	}
	for _, e := range resources.Entries {
		if e.Value.ResourceType() == cfn.TypeQueue {
			properties := r.node(e.Value.Get("Properties"))
			fifo, _ := p.Values.Bool(properties.Get("FifoQueue"))
			p.Queues[e.Key] = &Queue{LogicalID: e.Key, Properties: properties, FIFO: fifo, Keys: p.keysOf(properties)}
		}
	}
}

// newQueue plans the queue of a step.
func (p *Plan) newQueue(j *job.Job, s *job.Step) *Queue {
	fifo, _ := p.Values.Bool(s.Queue.Get("FifoQueue"))
	q := &Queue{LogicalID: idsOf(j.LogicalID, s.Name).queue(), Properties: queueProperties(p.Values, s.Queue), FIFO: fifo}
	q.Short = j.Name != nil && !s.Queue.Has("QueueName")
	q.Entry = wire.QueueEntry(s.Name, "${"+q.LogicalID+"}")
	if q.Short {
		q.Entry = wire.ShortQueueEntry(s.Name, fifo)
	}
	setPhysicalName(q.Properties, "QueueName", j.Name, FIFOName(s.Name, fifo))
	q.Keys = p.keysOf(q.Properties)
	return q
}

// queueProperties are those that the user gives, less a FifoQueue that is false:
// SQS knows no such attribute of standard queues.
func queueProperties(values cfn.Values, given *cfn.Node) *cfn.Node {
	properties := given.Clone()
	if fifo, known := values.Bool(properties.Get("FifoQueue")); known && !fifo {
		properties.Delete("FifoQueue")
	}
	return properties
}

// visibility is how long a received item stays invisible, in seconds, unless the
// user says otherwise. It is what AWS advises: long enough for Lambda to go on
// trying while a function is throttled.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func visibility(f *Function, window int) int {
	return min(wire.MaxVisibilitySeconds, 6*f.CountedTimeout()+window)
}

// DeadLetters is where a step's dead letters go.
type DeadLetters struct {
	// Queue is the queue that the runtime sends to: StarJob's own, or a queue of
	// this template that the user's RedrivePolicy names. It is nil if there is
	// none.
	Queue *Queue
	Made  bool // the queue is StarJob's own
	// Policy is the user's RedrivePolicy, which replaces all of StarJob's; nil
	// without one.
	Policy *cfn.Node
	// Attempts is how often an item is received before SQS moves it.
	Attempts *cfn.Node
}

// planDeadLetters decides where the items of a queue go that exhaust their
// attempts. A queue of the user's is found later, by find.
func (p *Plan) planDeadLetters(j *job.Job, s *job.Step, source *Queue) DeadLetters {
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
	q := &Queue{LogicalID: idsOf(j.LogicalID, s.Name).deadLetterQueue(), Properties: queueProperties(p.Values, s.DeadLetterQueue), FIFO: source.FIFO}
	setPhysicalName(q.Properties, "QueueName", j.Name, FIFOName(s.Name+"-dead", q.FIFO))
	q.inheritKey(source)
	q.Keys = p.keysOf(q.Properties)
	return DeadLetters{Queue: q, Made: true, Attempts: s.Retry.MaxAttempts}
}

// makesDeadLetterQueue reports whether a step gets a dead-letter queue of
// StarJob's.
func makesDeadLetterQueue(s *job.Step) bool {
	return s.Queue.Get("RedrivePolicy") == nil && s.DeadLetterQueue != nil
}

// find looks for the target of the user's RedrivePolicy among the queues of the
// result.
func (d *DeadLetters) find(queues map[string]*Queue) {
	if id, attribute := d.Policy.Get("deadLetterTargetArn").Referent(); attribute == "Arn" {
		d.Queue = queues[id]
	}
}

// Elsewhere reports whether SQS moves dead letters to a queue that the runtime
// cannot send to.
func (d DeadLetters) Elsewhere() bool {
	return d.Policy != nil && d.Queue == nil
}

// inheritKey encrypts dead letters with the key that protected them as items,
// unless the user chooses an encryption.
func (q *Queue) inheritKey(source *Queue) {
	if q.Properties.Has("KmsMasterKeyId") || q.Properties.Has("SqsManagedSseEnabled") {
		return
	}
	for _, name := range []string{"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"} {
		if n := source.Properties.Get(name); n != nil {
			q.Properties.Default(name, n.Clone())
		}
	}
}
