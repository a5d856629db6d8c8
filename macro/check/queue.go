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
			c.Error(diag.NotLiteral, c.ofStep(s, "Queue", "FifoQueue"), "FifoQueue is not known before deployment, and names and permissions depend on it", "use true or false, or !Ref of a parameter")
		}
	}
	checkSuffix(c, s, "Queue", s.Queue)
	checkOrdered(c, s, "Queue", s.Queue)
	if s.DeadLetters.Policy != nil && s.Model.DeadLetterQueue != nil && len(s.Model.DeadLetterQueue.Entries) > 0 {
		c.Warn(diag.Overwritten, c.ofStep(s, "DeadLetterQueue"), "DeadLetterQueue is ignored because RedrivePolicy of the step's queue replaces StarJob's dead-letter queue", "remove one of them")
	}
	if s.DeadLetters.Made {
		checkSuffix(c, s, "DeadLetterQueue", s.DeadLetters.Queue)
		checkOrdered(c, s, "DeadLetterQueue", s.DeadLetters.Queue)
		if fifo, known := c.values.Bool(s.Model.DeadLetterQueue.Get("FifoQueue")); known && fifo != s.Queue.FIFO {
			c.Error(diag.FIFO, c.ofStep(s, "DeadLetterQueue", "FifoQueue"), "FifoQueue of the dead-letter queue differs from the step's queue, and SQS requires queues of the same type", "remove it; StarJob creates a dead-letter queue of the right type")
		}
	}
	checkTarget(c, s)
	checkVisibility(c, s)
	checkRetention(c, s)
}

// checkTarget reports a RedrivePolicy of the user's with a target that is a queue of
// the other type, or not the ARN of a queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func checkTarget(c *checker, s *plan.Step) {
	path := c.ofStep(s, "Queue", "RedrivePolicy", "deadLetterTargetArn")
	if id, attribute := s.DeadLetters.Policy.Get("deadLetterTargetArn").Referent(); c.plan.Queues[id] != nil && attribute != "Arn" {
		c.Error(diag.WrongType, path, "deadLetterTargetArn is not the ARN of the queue "+id, "use !GetAtt "+id+".Arn")
	}
	if s.DeadLetters.Policy == nil || s.DeadLetters.Queue == nil {
		return
	}
	n := s.DeadLetters.Queue.Properties.Get("FifoQueue")
	if _, known := c.values.Bool(n); (known || n.IsNothing()) && s.DeadLetters.Queue.FIFO != s.Queue.FIFO {
		c.Error(diag.FIFO, path, "the type of the dead-letter queue "+s.DeadLetters.Queue.LogicalID+" differs from the step's queue, and SQS requires queues of the same type", "use a FIFO queue for a FIFO queue, and a standard queue for a standard queue")
	}
}

// checkRetention warns of dead letters that may expire as soon as they arrive: SQS
// counts a dead letter's age from when the item was first sent. StarJob's own queue
// has the longest possible retention.
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
		c.Warn(diag.OutOfBounds, path, fmt.Sprintf("the dead-letter queue keeps messages for %d s, less than the step's queue (%d s); SQS counts from the first send, so dead letters may expire at once", dead, items), fmt.Sprintf("set its MessageRetentionPeriod to %d (14 days), StarJob's default", plan.DeadLetterRetentionSeconds))
	}
}

// defaultRetention is the default of SQS, 4 days in seconds.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html
const defaultRetention = 4 * 24 * 60 * 60

// retention returns how long a queue keeps messages, in seconds, if that is known.
func retention(c *checker, q *plan.Queue) (seconds int, known bool) {
	n := q.Properties.Get("MessageRetentionPeriod")
	if n == nil {
		return defaultRetention, true
	}
	return c.values.Int(n)
}

// checkSuffix reports a name of the user's that does not match the queue's type.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func checkSuffix(c *checker, s *plan.Step, key string, q *plan.Queue) {
	name, known := c.values.Text(q.Properties.Get("QueueName"))
	if !known || strings.HasSuffix(name, wire.FIFOSuffix) == q.FIFO {
		return
	}
	path := c.ofStep(s, key, "QueueName")
	if q.FIFO {
		c.Error(diag.FIFO, path, fmt.Sprintf("QueueName of a FIFO queue is %q, without the suffix %s", name, wire.FIFOSuffix), "use "+name+wire.FIFOSuffix)
		return
	}
	c.Error(diag.FIFO, path, fmt.Sprintf("QueueName of a standard queue is %q, with the suffix %s", name, wire.FIFOSuffix), "add Queue: {FifoQueue: true}, or rename the queue")
}

// checkOrdered reports FIFO properties of a standard queue.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html
func checkOrdered(c *checker, s *plan.Step, key string, q *plan.Queue) {
	for _, name := range []string{"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"} {
		if !q.FIFO && !q.Properties.Get(name).MayBeNothing() {
			c.Error(diag.FIFO, c.ofStep(s, key, name), name+" requires a FIFO queue", "remove it, or add Queue: {FifoQueue: true}")
		}
	}
}

// checkVisibility reports a visibility timeout with which Lambda refuses the event
// source mapping.
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
	fix := fmt.Sprintf("remove it; StarJob sets %d s", s.Visibility)
	if s.Function.Timeout == 0 {
		c.Warn(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout is %d s, and the function's timeout, which only CloudFormation knows, may be up to %d s; Lambda requires a visibility timeout of at least that", seconds, timeout), fix)
		return
	}
	c.Error(diag.Visibility, path, fmt.Sprintf("VisibilityTimeout is %d s, less than the function's timeout of %d s", seconds, timeout), fix)
}
