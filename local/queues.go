package local

import (
	"strings"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// queueAttributes are the properties of an AWS::SQS::Queue that change how it
// behaves here. Encryption, policies and tags don't.
var queueAttributes = [...]string{
	"ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoThroughputLimit",
	"MaximumMessageSize", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout",
}

func (s *scope) readQueue(p cfn.Path, r *cfn.Node) *queuePlan {
	q := &queuePlan{id: p[len(p)-1], path: p, at: r.Range, attributes: map[string]string{}}
	q.problems = s.apart(func() {
		q.name = s.name(p, r)
		s.readAttributes(p.Key("Properties"), r.Get("Properties"), q)
	})
	return q
}

func (s *scope) readAttributes(p cfn.Path, properties *cfn.Node, q *queuePlan) {
	for _, name := range queueAttributes {
		if n := properties.Get(name); n != nil {
			if value, ok := s.text(p.Key(name), n); ok {
				q.attributes[name] = value
			}
		}
	}
	if s.boolean(p.Key("FifoQueue"), properties.Get("FifoQueue"), false) {
		q.attributes["FifoQueue"] = "true"
	} else {
		// SQS refuses them on standard queues even where they are false.
		for _, name := range []string{"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"} {
			delete(q.attributes, name)
		}
	}
	if n := properties.Get("RedrivePolicy"); n != nil {
		s.readRedrive(p.Key("RedrivePolicy"), n, q)
	}
	if n := properties.Get("RedriveAllowPolicy"); n != nil {
		s.readAllow(p.Key("RedriveAllowPolicy"), n, q)
	}
}

// readRedrive writes the redrive policy with a local target: queues of other
// accounts and regions are stood in for by queues of the same name.
func (s *scope) readRedrive(p cfn.Path, n *cfn.Node, q *queuePlan) {
	policy := s.policy(p, n)
	target, ok1 := policy.Get("deadLetterTargetArn").AsString()
	count, ok2 := policy.Get("maxReceiveCount").AsInt()
	if !ok1 || !ok2 {
		if policy != nil && len(s.problems) == 0 {
			s.report(diag.LocalValue, p, n, "a redrive policy wants deadLetterTargetArn and maxReceiveCount", "")
		}
		return
	}
	q.attributes["RedrivePolicy"] = string(cfn.EncodeJSON(cfn.NewMap(
		cfn.E("deadLetterTargetArn", cfn.NewString(s.localARN(target))),
		cfn.E("maxReceiveCount", cfn.NewInt(count)),
	)))
	q.deadLetter = nameOfARN(target)
}

// readAllow writes which queues may send their dead letters here, by their local
// names. SQS judges the rest.
func (s *scope) readAllow(p cfn.Path, n *cfn.Node, q *queuePlan) {
	policy := s.policy(p, n).Clone()
	if policy == nil {
		return
	}
	if sources := policy.Get("sourceQueueArns"); sources != nil {
		for _, source := range sources.Items {
			source.Text = s.localARN(source.Text)
		}
	}
	q.attributes["RedriveAllowPolicy"] = string(cfn.EncodeJSON(policy))
}

// policy is a policy that is a map, or a map's JSON; nil where it is reported to
// be neither.
func (s *scope) policy(p cfn.Path, n *cfn.Node) *cfn.Node {
	policy := s.resolve(p, n)
	text, ok := policy.AsString()
	if !ok {
		return policy
	}
	parsed, problems := cfn.ParseJSON([]byte(text))
	if problems.HasErrors() {
		s.report(diag.LocalValue, p, n, "the policy is not JSON", "")
		return nil
	}
	return parsed
}

// localARN is the ARN of the local queue that has the same name.
func (s *scope) localARN(arn string) string { return s.arn("sqs", nameOfARN(arn)) }

// nameOfARN is an ARN's last part.
func nameOfARN(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }

// ordered puts dead-letter queues before the queues that they belong to, and
// adds a queue for each that is not in the template.
func ordered(queues []*queuePlan) []*queuePlan {
	byName := map[string]*queuePlan{}
	for _, q := range queues {
		byName[q.name] = q
	}
	var sorted []*queuePlan
	placed := map[string]bool{}
	var place func(*queuePlan)
	place = func(q *queuePlan) {
		if placed[q.name] {
			return
		}
		placed[q.name] = true
		if q.deadLetter != "" {
			if byName[q.deadLetter] == nil {
				byName[q.deadLetter] = standIn(q)
			}
			place(byName[q.deadLetter])
		}
		sorted = append(sorted, q)
	}
	for _, q := range queues {
		place(q)
	}
	return sorted
}

func standIn(q *queuePlan) *queuePlan {
	dead := &queuePlan{id: q.deadLetter, name: q.deadLetter, path: q.path, at: q.at, attributes: map[string]string{"MessageRetentionPeriod": "1209600"}}
	if q.attributes["FifoQueue"] == "true" {
		dead.attributes["FifoQueue"] = "true"
	}
	return dead
}
