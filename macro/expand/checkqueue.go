package expand

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/runtime/wire"
)

func (p *plan) checkQueue(s *step) {
	if n := s.Queue.Get("FifoQueue"); n != nil {
		if _, known := p.boolean(n); !known {
			p.report(diag.NotLiteral, p.at(s.Path, "Queue", "FifoQueue"), "FifoQueue cannot be known before anything is evaluated, and names and permissions follow from it", "write true or false, or !Ref to a parameter")
		}
	}
	p.checkSuffix(s, "Queue", s.queue)
	p.checkOrdered(s, "Queue", s.queue)
	if s.dead.policy != nil && s.DeadLetterQueue != nil && len(s.DeadLetterQueue.Entries) > 0 {
		p.warn(diag.Overwritten, p.at(s.Path, "DeadLetterQueue"), "DeadLetterQueue has no effect, for the RedrivePolicy of the step's queue replaces StarJob's dead-letter queue", "remove one of them")
	}
	if s.dead.made {
		p.checkSuffix(s, "DeadLetterQueue", s.dead.queue)
		p.checkOrdered(s, "DeadLetterQueue", s.dead.queue)
		if fifo, known := p.boolean(s.DeadLetterQueue.Get("FifoQueue")); known && fifo != s.queue.fifo {
			p.report(diag.FIFO, p.at(s.Path, "DeadLetterQueue", "FifoQueue"), "the dead-letter queue is of another kind than the step's queue, and SQS wants the same", "remove it: StarJob makes the dead-letter queue of the right kind")
		}
	}
	p.checkTarget(s)
	p.checkVisibility(s)
	p.checkRetention(s)
}

// checkTarget reports a RedrivePolicy of the user's that leads to a queue of
// another kind, or to something else of a queue than its ARN.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func (p *plan) checkTarget(s *step) {
	path := p.at(s.Path, "Queue", "RedrivePolicy", "deadLetterTargetArn")
	if id, attribute := referent(s.dead.policy.Get("deadLetterTargetArn")); p.queues[id] != nil && attribute != "Arn" {
		p.report(diag.WrongType, path, "deadLetterTargetArn is not the ARN of the queue "+id, "write !GetAtt "+id+".Arn")
	}
	if s.dead.policy == nil || s.dead.queue == nil {
		return
	}
	n := s.dead.queue.properties.Get("FifoQueue")
	if _, known := p.boolean(n); (known || n.IsNothing()) && s.dead.queue.fifo != s.queue.fifo {
		p.report(diag.FIFO, path, "the dead-letter queue "+s.dead.queue.id+" is of another kind than the step's queue, and SQS wants the same", "name a FIFO queue for a FIFO queue, and a standard one for a standard one")
	}
}

// checkRetention warns of dead letters that may not outlive their items: SQS
// counts a dead letter's age from when the item was first sent. StarJob's own
// queue keeps them as long as can be.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func (p *plan) checkRetention(s *step) {
	const key = "MessageRetentionPeriod"
	path := p.at(s.Path, "DeadLetterQueue", key)
	if !s.dead.made {
		path = p.at(s.Path, "Queue", "RedrivePolicy")
	}
	if s.dead.queue == nil || s.dead.made && !s.DeadLetterQueue.Has(key) {
		return
	}
	items, known := p.retention(s.queue)
	if dead, ok := p.retention(s.dead.queue); ok && known && dead < items {
		p.warn(diag.OutOfBounds, path, fmt.Sprintf("the dead-letter queue keeps messages for %d s, and the step's queue for %d s: SQS counts from when an item was first sent, so dead letters may be gone at once", dead, items), fmt.Sprintf("let it keep them for %d s, 14 days, which is StarJob's own choice", deadLetterRetention))
	}
}

// retention is how long a queue keeps messages, in seconds, if it can be known.
func (p *plan) retention(q *queue) (seconds int, known bool) {
	n := q.properties.Get("MessageRetentionPeriod")
	if n == nil {
		return defaultRetention, true
	}
	return p.integer(n)
}

// checkSuffix reports a name of the user's that does not go with the queue's
// kind.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func (p *plan) checkSuffix(s *step, key string, q *queue) {
	name, known := p.text(q.properties.Get("QueueName"))
	if !known || strings.HasSuffix(name, wire.FIFOSuffix) == q.fifo {
		return
	}
	path := p.at(s.Path, key, "QueueName")
	if q.fifo {
		p.report(diag.FIFO, path, fmt.Sprintf("the name %q of a FIFO queue does not end in %s", name, wire.FIFOSuffix), "write "+name+wire.FIFOSuffix)
		return
	}
	p.report(diag.FIFO, path, fmt.Sprintf("the name %q ends in %s, and the queue is no FIFO queue", name, wire.FIFOSuffix), "add Queue: {FifoQueue: true}, or write another name")
}

// checkOrdered reports properties of FIFO queues in a queue that is none.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html
func (p *plan) checkOrdered(s *step, key string, q *queue) {
	for _, name := range []string{"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"} {
		if !q.fifo && !q.properties.Get(name).MayBeNothing() {
			p.report(diag.FIFO, p.at(s.Path, key, name), name+" belongs to FIFO queues, and SQS refuses it in others", "remove it, or add Queue: {FifoQueue: true}")
		}
	}
}

// checkVisibility reports a visibility timeout with which Lambda refuses the
// mapping.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func (p *plan) checkVisibility(s *step) {
	s.Queue.Get("VisibilityTimeout").EachChoice(func(n *cfn.Node) *cfn.Node {
		p.checkVisible(s, n)
		return n
	})
}

func (p *plan) checkVisible(s *step, n *cfn.Node) {
	path := p.at(s.Path, "Queue", "VisibilityTimeout")
	seconds, known := p.number(diag.OutOfBounds, path, n, 0, wire.MaxVisibilitySeconds)
	timeout := s.function.countedTimeout()
	if !known || seconds >= timeout {
		return
	}
	fix := fmt.Sprintf("remove it: StarJob makes it %d s", p.visibility(s))
	if s.function.timeout == 0 {
		p.warn(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout is %d s, and the function's timeout, which cannot be known here, may be up to %d s; Lambda refuses a mapping whose queue has less than its function", seconds, timeout), fix)
		return
	}
	p.report(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout is %d s, below the function's timeout of %d s, so Lambda would refuse the mapping", seconds, timeout), fix)
}
