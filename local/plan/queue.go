package plan

import (
	"strconv"
	"time"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// A Queue is an AWS::SQS::Queue.
type Queue struct {
	ID, Name   string // the logical ID and the physical name
	Path       cfn.Path
	Range      diag.Range
	Attributes map[string]string // with the names and forms of SQS
	// DeadLetterQueue is the target of the redrive policy; nil if there is none.
	DeadLetterQueue *Queue

	deadLetterName string
	problems       diag.List
}

// VisibilityTimeout returns the queue's visibility timeout.
func (q *Queue) VisibilityTimeout() time.Duration {
	const byDefault = 30 * time.Second
	seconds, err := strconv.Atoi(q.Attributes["VisibilityTimeout"])
	if err != nil {
		return byDefault // SQS refuses the queue if it is not a number
	}
	return time.Duration(seconds) * time.Second
}

// queueAttributes are the properties of an AWS::SQS::Queue that change its
// local behavior. Encryption, policies and tags don't.
var queueAttributes = [...]string{
	"ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoThroughputLimit",
	"MaximumMessageSize", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout",
}

// readQueue reads an AWS::SQS::Queue.
func readQueue(t *resolve.Template, p cfn.Path, r *cfn.Node) *Queue {
	q := &Queue{ID: p[len(p)-1], Path: p, Range: r.Range, Attributes: map[string]string{}}
	q.problems = t.Collect(func() {
		q.Name = t.Name(p, r)
		readAttributes(t, p.Key("Properties"), r.Get("Properties"), q)
	})
	return q
}

// readAttributes reads the properties that are attributes of the queue.
func readAttributes(t *resolve.Template, p cfn.Path, properties *cfn.Node, q *Queue) {
	for _, name := range queueAttributes {
		if n := properties.Get(name); n != nil {
			if value, ok := t.Scalar(p.Key(name), n); ok {
				q.Attributes[name] = value
			}
		}
	}
	if t.Bool(p.Key("FifoQueue"), properties.Get("FifoQueue"), false) {
		q.Attributes["FifoQueue"] = "true"
	} else {
		// SQS refuses them on standard queues even if they are false.
		for _, name := range []string{"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"} {
			delete(q.Attributes, name)
		}
	}
	if n := properties.Get("RedrivePolicy"); n != nil {
		readRedrive(t, p.Key("RedrivePolicy"), n, q)
	}
	if n := properties.Get("RedriveAllowPolicy"); n != nil {
		readAllow(t, p.Key("RedriveAllowPolicy"), n, q)
	}
}

// readRedrive writes the redrive policy with a local target: a local queue of
// the same name replaces one of another account or region.
func readRedrive(t *resolve.Template, p cfn.Path, n *cfn.Node, q *Queue) {
	policy := readPolicy(t, p, n)
	target, ok1 := policy.Get("deadLetterTargetArn").AsString()
	count, ok2 := policy.Get("maxReceiveCount").AsInt()
	if !ok1 || !ok2 {
		if policy != nil && len(t.Problems()) == 0 {
			t.Report(diag.LocalValue, p, n, "the redrive policy requires deadLetterTargetArn and maxReceiveCount", "")
		}
		return
	}
	q.Attributes["RedrivePolicy"] = string(cfn.EncodeJSON(cfn.NewMap(
		cfn.E("deadLetterTargetArn", cfn.NewString(localARN(t, target))),
		cfn.E("maxReceiveCount", cfn.NewInt(count)),
	)))
	q.deadLetterName = arn.Name(target)
}

// readAllow writes which queues may use this one as their dead-letter queue, by
// their local names. SQS validates the rest.
func readAllow(t *resolve.Template, p cfn.Path, n *cfn.Node, q *Queue) {
	policy := readPolicy(t, p, n).Clone()
	if policy == nil {
		return
	}
	if sources := policy.Get("sourceQueueArns"); sources != nil {
		for _, source := range sources.Items {
			source.Text = localARN(t, source.Text)
		}
	}
	q.Attributes["RedriveAllowPolicy"] = string(cfn.EncodeJSON(policy))
}

// readPolicy returns a policy that is a map, or the JSON of a map. It is nil if it is
// neither, which was reported.
func readPolicy(t *resolve.Template, p cfn.Path, n *cfn.Node) *cfn.Node {
	policy := t.Value(p, n)
	text, ok := policy.AsString()
	if !ok {
		return policy
	}
	parsed, problems := cfn.ParseJSON([]byte(text))
	if problems.HasErrors() {
		t.Report(diag.LocalValue, p, n, "the policy is not JSON", "")
		return nil
	}
	return parsed
}

// localARN returns the ARN of the local queue that has the same name.
func localARN(t *resolve.Template, queueARN string) string {
	return arn.Of(t.Region(), "sqs", arn.Name(queueARN))
}

// order returns the queues with dead-letter queues before their source queues, and
// links these. It adds a queue for each dead-letter queue that is not in the
// template.
func order(queues []*Queue) []*Queue {
	byName := map[string]*Queue{}
	for _, q := range queues {
		byName[q.Name] = q
	}
	var sorted []*Queue
	placed := map[string]bool{}
	var place func(*Queue)
	place = func(q *Queue) {
		if placed[q.Name] {
			return
		}
		placed[q.Name] = true
		if q.deadLetterName != "" {
			if byName[q.deadLetterName] == nil {
				byName[q.deadLetterName] = standIn(q)
			}
			q.DeadLetterQueue = byName[q.deadLetterName]
			place(q.DeadLetterQueue)
		}
		sorted = append(sorted, q)
	}
	for _, q := range queues {
		place(q)
	}
	return sorted
}

// standIn returns a replacement of the dead-letter queue of q, which belongs to
// another stack, account or region. It keeps messages for 14 days.
func standIn(q *Queue) *Queue {
	dead := &Queue{ID: q.deadLetterName, Name: q.deadLetterName, Path: q.Path, Range: q.Range, Attributes: map[string]string{"MessageRetentionPeriod": "1209600"}}
	if q.Attributes["FifoQueue"] == "true" {
		dead.Attributes["FifoQueue"] = "true"
	}
	return dead
}
