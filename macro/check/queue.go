package check

import (
	"fmt"
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/plan"
	"github.com/serverless-star/starjob/runtime/wire"
)

func checkQueue(c *checker, s *plan.Step) {
	if n := s.Model.Queue.Get("FifoQueue"); n != nil {
		if _, known := c.values.Bool(n); !known {
			c.Error(diag.NotLiteral, c.ofStep(s, "Queue", "FifoQueue"), "FifoQueue cannot be known before anything is evaluated, and names and permissions follow from it", "write true or false, or !Ref to a parameter")
		}
	}
	checkSuffix(c, s, "Queue", s.Queue)
	checkOrdered(c, s, "Queue", s.Queue)
	if s.DeadLetters.Policy != nil && s.Model.DeadLetterQueue != nil && len(s.Model.DeadLetterQueue.Entries) > 0 {
		c.Warn(diag.Overwritten, c.ofStep(s, "DeadLetterQueue"), "DeadLetterQueue has no effect, for the RedrivePolicy of the step's queue replaces StarJob's dead-letter queue", "remove one of them")
	}
	if s.DeadLetters.Made {
		checkSuffix(c, s, "DeadLetterQueue", s.DeadLetters.Queue)
		checkOrdered(c, s, "DeadLetterQueue", s.DeadLetters.Queue)
		if fifo, known := c.values.Bool(s.Model.DeadLetterQueue.Get("FifoQueue")); known && fifo != s.Queue.FIFO {
			c.Error(diag.FIFO, c.ofStep(s, "DeadLetterQueue", "FifoQueue"), "the dead-letter queue is of another kind than the step's queue, and SQS wants the same", "remove it: StarJob makes the dead-letter queue of the right kind")
		}
	}
	checkTarget(c, s)
	checkVisibility(c, s)
	checkRetention(c, s)
}

// checkTarget reports a RedrivePolicy of the user's whose target is a queue of
// another kind, or anything of a queue but its ARN.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func checkTarget(c *checker, s *plan.Step) {
	path := c.ofStep(s, "Queue", "RedrivePolicy", "deadLetterTargetArn")
	if id, attribute := s.DeadLetters.Policy.Get("deadLetterTargetArn").Referent(); c.plan.Queues[id] != nil && attribute != "Arn" {
		c.Error(diag.WrongType, path, "deadLetterTargetArn is not the ARN of the queue "+id, "write !GetAtt "+id+".Arn")
	}
	if s.DeadLetters.Policy == nil || s.DeadLetters.Queue == nil {
		return
	}
	n := s.DeadLetters.Queue.Properties.Get("FifoQueue")
	if _, known := c.values.Bool(n); (known || n.IsNothing()) && s.DeadLetters.Queue.FIFO != s.Queue.FIFO {
		c.Error(diag.FIFO, path, "the dead-letter queue "+s.DeadLetters.Queue.LogicalID+" is of another kind than the step's queue, and SQS wants the same", "name a FIFO queue for a FIFO queue, and a standard one for a standard one")
	}
}

// checkRetention warns of dead letters that may not outlive their items: SQS
// counts a dead letter's age from when the item was first sent. StarJob's own
// queue keeps them as long as can be.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func checkRetention(c *checker, s *plan.Step) {
	const key = "MessageRetentionPeriod"
	path := c.ofStep(s, "DeadLetterQueue", key)
	if !s.DeadLetters.Made {
		path = c.ofStep(s, "Queue", "RedrivePolicy")
	}
	if s.DeadLetters.Queue == nil || s.DeadLetters.Made && !s.Model.DeadLetterQueue.Has(key) {
		return
	}
	items, known := retention(c, s.Queue)
	if dead, ok := retention(c, s.DeadLetters.Queue); ok && known && dead < items {
		c.Warn(diag.OutOfBounds, path, fmt.Sprintf("the dead-letter queue keeps messages for %d s, and the step's queue for %d s: SQS counts from when an item was first sent, so dead letters may be gone at once", dead, items), fmt.Sprintf("let it keep them for %d s, 14 days, which is StarJob's own choice", plan.DeadLetterRetentionSeconds))
	}
}

// defaultRetention is SQS's own, 4 days in seconds.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html
const defaultRetention = 4 * 24 * 60 * 60

// retention is how long a queue keeps messages, in seconds, if it can be known.
func retention(c *checker, q *plan.Queue) (seconds int, known bool) {
	n := q.Properties.Get("MessageRetentionPeriod")
	if n == nil {
		return defaultRetention, true
	}
	return c.values.Int(n)
}

// checkSuffix reports a name of the user's that does not go with the queue's
// kind.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func checkSuffix(c *checker, s *plan.Step, key string, q *plan.Queue) {
	name, known := c.values.Text(q.Properties.Get("QueueName"))
	if !known || strings.HasSuffix(name, wire.FIFOSuffix) == q.FIFO {
		return
	}
	path := c.ofStep(s, key, "QueueName")
	if q.FIFO {
		c.Error(diag.FIFO, path, fmt.Sprintf("the name %q of a FIFO queue does not end in %s", name, wire.FIFOSuffix), "write "+name+wire.FIFOSuffix)
		return
	}
	c.Error(diag.FIFO, path, fmt.Sprintf("the name %q ends in %s, and the queue is no FIFO queue", name, wire.FIFOSuffix), "add Queue: {FifoQueue: true}, or write another name")
}

// checkOrdered reports properties of FIFO queues in a standard queue.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html
func checkOrdered(c *checker, s *plan.Step, key string, q *plan.Queue) {
	for _, name := range []string{"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"} {
		if !q.FIFO && !q.Properties.Get(name).MayBeNothing() {
			c.Error(diag.FIFO, c.ofStep(s, key, name), name+" belongs to FIFO queues, and SQS refuses it in others", "remove it, or add Queue: {FifoQueue: true}")
		}
	}
}

// checkVisibility reports a visibility timeout with which Lambda refuses the
// mapping.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func checkVisibility(c *checker, s *plan.Step) {
	s.Model.Queue.Get("VisibilityTimeout").EachChoice(func(n *cfn.Node) *cfn.Node {
		checkVisible(c, s, n)
		return n
	})
}

func checkVisible(c *checker, s *plan.Step, n *cfn.Node) {
	path := c.ofStep(s, "Queue", "VisibilityTimeout")
	seconds, known := c.number(diag.OutOfBounds, path, n, 0, wire.MaxVisibilitySeconds)
	timeout := s.Function.CountedTimeout()
	if !known || seconds >= timeout {
		return
	}
	fix := fmt.Sprintf("remove it: StarJob makes it %d s", s.Visibility)
	if s.Function.Timeout == 0 {
		c.Warn(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout is %d s, and the function's timeout, which cannot be known here, may be up to %d s; Lambda refuses a mapping whose queue has less than its function", seconds, timeout), fix)
		return
	}
	c.Error(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout is %d s, below the function's timeout of %d s, so Lambda would refuse the mapping", seconds, timeout), fix)
}
