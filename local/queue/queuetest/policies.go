package queuetest

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

var policyCases = map[string]func(probe){
	"attributes/policy":                 policyKept,
	"attributes/bad policy":             policyRefused,
	"attributes/redrive allow":          redriveAllow,
	"attributes/bad redrive allow":      redriveAllowRefused,
	"attributes/dead-letter queue gone": deadLetterQueueGone,
}

func (p probe) set(url *string, a attributes) error {
	return fails(p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: a}))
}

func (p probe) policy(url *string) string {
	return `{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"` + p.attribute(url, "QueueArn") + `"}]}`
}

// statements are those of the queue's policy, by their IDs.
func (p probe) statements(url *string) map[string]map[string]any {
	p.Helper()
	var policy struct{ Statement []map[string]any }
	if text := p.attribute(url, "Policy"); text != "" {
		if err := json.Unmarshal([]byte(text), &policy); err != nil {
			p.Fatalf("the policy is %s: %v", text, err)
		}
	}
	byID := map[string]map[string]any{}
	for _, s := range policy.Statement {
		byID[fmt.Sprint(s["Sid"])] = s
	}
	return byID
}

func policyKept(p probe) {
	url := p.queue(nil)
	p.ok(p.set(url, attributes{"Policy": p.policy(url)}))
	if got := p.statements(url); len(got) != 1 || got["s"]["Effect"] != "Deny" || got["s"]["Principal"] != "*" {
		p.Errorf("the statements are %v", got)
	}
	p.ok(p.set(url, attributes{"Policy": ""}))
	if got := p.attribute(url, "Policy"); got != "" {
		p.Errorf("the policy is still %s", got)
	}
}

func policyRefused(p probe) {
	url := p.queue(nil)
	for _, policy := range []string{
		"no JSON", "{}", strings.Replace(p.policy(url), "Deny", "Perhaps", 1), strings.Replace(p.policy(url), "sqs:*", strings.Repeat("s", 8192), 1),
	} {
		p.code(p.set(url, attributes{"Policy": policy}), "InvalidAttributeValue")
	}
	if got := p.attribute(url, "Policy"); got != "" {
		p.Errorf("the policy is %.40s", got)
	}
}

// redriveAllow sets which source queues a dead-letter queue accepts.
func redriveAllow(p probe) {
	dead := p.queue(nil)
	chosen, other := p.queue(nil), p.queue(nil)
	policy := attributes{"RedrivePolicy": `{"deadLetterTargetArn":"` + p.attribute(dead, "QueueArn") + `","maxReceiveCount":3}`}
	p.ok(p.set(dead, attributes{"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`}))
	p.code(p.set(chosen, policy), badParameter, "InvalidAttributeValue")
	p.ok(p.set(dead, attributes{"RedriveAllowPolicy": `{"redrivePermission":"byQueue","sourceQueueArns":["` + p.attribute(chosen, "QueueArn") + `"]}`}))
	p.ok(p.set(chosen, policy))
	p.code(p.set(other, policy), badParameter, "InvalidAttributeValue")
	p.ok(p.set(dead, attributes{"RedriveAllowPolicy": `{"redrivePermission":"allowAll"}`}))
	p.ok(p.set(other, policy))
}

func redriveAllowRefused(p probe) {
	url := p.queue(nil)
	arn := `"` + p.attribute(url, "QueueArn") + `"`
	for _, policy := range []string{
		"no JSON", `{"redrivePermission":"some"}`, `{"redrivePermission":"denyAll","sourceQueueArns":[` + arn + `]}`,
		`{"redrivePermission":"byQueue","sourceQueueArns":[` + strings.Repeat(arn+",", 10) + arn + `]}`,
	} {
		p.code(p.set(url, attributes{"RedriveAllowPolicy": policy}), badParameter, "InvalidAttributeValue")
	}
}

// deadLetterQueueGone: attributes of a queue can be set although its dead-letter
// queue was deleted.
func deadLetterQueueGone(p probe) {
	url, dead := p.redrive(nil, "3")
	must(p.DeleteQueue(p.ctx, &sqs.DeleteQueueInput{QueueUrl: dead}))(p)
	p.ok(p.set(url, attributes{"VisibilityTimeout": "7"}))
	if got := p.attribute(url, "VisibilityTimeout"); got != "7" {
		p.Errorf("the visibility timeout is %s", got)
	}
	must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b")}))(p)
	p.one(url)
}
