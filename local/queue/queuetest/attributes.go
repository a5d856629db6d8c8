package queuetest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var attributeCases = map[string]func(probe){
	"attributes/defaults":     attributeDefaults,
	"attributes/set":          attributesSet,
	"attributes/names":        attributeNames,
	"attributes/bounds":       attributeBounds,
	"attributes/fifo":         attributesFIFO,
	"attributes/counts":       attributeCounts,
	"attributes/none":         attributesNone,
	"attributes/redrive":      attributeRedrive,
	"attributes/removed":      attributeRemoved,
	"attributes/encryption":   attributeEncryption,
	"dead-letter/source list": deadLetterSources,
}

func (p probe) all(url *string) attributes {
	p.Helper()
	return must(p.GetQueueAttributes(p.ctx, &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"All"}}))(p).Attributes
}

func (p probe) wantAll(got, want attributes) {
	p.Helper()
	for name, value := range want {
		if got[name] != value {
			p.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
}

func attributeDefaults(p probe) {
	got := p.all(p.queue(nil))
	p.wantAll(got, attributes{
		"DelaySeconds": "0", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600", "ReceiveMessageWaitTimeSeconds": "0",
		"VisibilityTimeout": "30", "SqsManagedSseEnabled": "true", "ApproximateNumberOfMessages": "0",
		"ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0",
	})
	for _, name := range []string{"QueueArn", "CreatedTimestamp", "LastModifiedTimestamp"} {
		if got[name] == "" {
			p.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"RedrivePolicy", "Policy", "FifoQueue", "ContentBasedDeduplication"} {
		if value, ok := got[name]; ok {
			p.Errorf("%s is there: %q", name, value)
		}
	}
}

func attributesSet(p probe) {
	url := p.queue(attributes{"VisibilityTimeout": "20"})
	want := attributes{"VisibilityTimeout": "0", "DelaySeconds": "900", "MaximumMessageSize": "1024", "MessageRetentionPeriod": "60", "ReceiveMessageWaitTimeSeconds": "20"}
	must(p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: want}))(p)
	p.wantAll(p.all(url), want)
}

func attributeNames(p probe) {
	url := p.queue(nil)
	for _, a := range []attributes{{"Colour": "red"}, {"QueueArn": "arn"}, {"ApproximateNumberOfMessages": "1"}, {"FifoQueue": "true"}} {
		_, err := p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: a})
		refused[*types.InvalidAttributeName](p, err)
	}
	_, err := p.GetQueueAttributes(p.ctx, &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"Colour"}})
	refused[*types.InvalidAttributeName](p, err)
}

func attributeBounds(p probe) {
	for name, values := range map[string][]string{
		"DelaySeconds": {"-1", "901", "x", "1.5"}, "MaximumMessageSize": {"1023", "1048577"}, "MessageRetentionPeriod": {"59", "1209601"},
		"ReceiveMessageWaitTimeSeconds": {"-1", "21"}, "VisibilityTimeout": {"-1", "43201"},
	} {
		for _, value := range values {
			_, err := p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: aws.String(p.name()), Attributes: attributes{name: value}})
			p.code(err, "InvalidAttributeValue", badParameter)
		}
	}
}

func attributesFIFO(p probe) {
	url := p.queue(attributes{"FifoQueue": "true"})
	p.wantAll(p.all(url), attributes{"FifoQueue": "true", "ContentBasedDeduplication": "false", "DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"})
	_, err := p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: attributes{"FifoQueue": "false"}})
	p.code(err, "InvalidAttributeValue", "InvalidAttributeName")
	_, err = p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: attributes{"FifoThroughputLimit": "perMessageGroupId"}})
	p.code(err, "InvalidAttributeValue", badParameter)
	want := attributes{"FifoThroughputLimit": "perMessageGroupId", "DeduplicationScope": "messageGroup"}
	must(p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: want}))(p)
	p.wantAll(p.all(url), want)
}

func attributeCounts(p probe) {
	url := p.queue(nil)
	for _, body := range []string{"a", "b", "c"} {
		p.send(url, body)
	}
	must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("later"), DelaySeconds: 900}))(p)
	must(p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 1}))(p)
	p.wantAll(p.all(url), attributes{
		"ApproximateNumberOfMessages": "2", "ApproximateNumberOfMessagesNotVisible": "1", "ApproximateNumberOfMessagesDelayed": "1",
	})
}

func attributesNone(p probe) {
	out := must(p.GetQueueAttributes(p.ctx, &sqs.GetQueueAttributesInput{QueueUrl: p.queue(nil)}))(p)
	if len(out.Attributes) != 0 {
		p.Errorf("attributes that nobody asked for: %v", out.Attributes)
	}
}

func attributeRedrive(p probe) {
	arn := p.attribute(p.queue(nil), "QueueArn")
	fifo := p.attribute(p.queue(attributes{"FifoQueue": "true"}), "QueueArn")
	for _, policy := range []string{
		`{"deadLetterTargetArn":"dummy","maxReceiveCount":3}`,
		`{"deadLetterTargetArn":"` + arn + `-missing","maxReceiveCount":3}`,
		`{"deadLetterTargetArn":"` + fifo + `","maxReceiveCount":3}`,
		`{"deadLetterTargetArn":"` + arn + `"}`,
		`{"deadLetterTargetArn":"` + arn + `","maxReceiveCount":0}`,
		`{"deadLetterTargetArn":"` + arn + `","maxReceiveCount":1001}`,
		`{"maxReceiveCount":3}`,
		`no JSON`,
	} {
		_, err := p.CreateQueue(p.ctx, &sqs.CreateQueueInput{QueueName: aws.String(p.name()), Attributes: attributes{"RedrivePolicy": policy}})
		p.code(err, "InvalidAttributeValue", badParameter)
	}
	for _, count := range []string{`3`, `"3"`} {
		p.queue(attributes{"RedrivePolicy": `{"deadLetterTargetArn":"` + arn + `","maxReceiveCount":` + count + `}`})
	}
}

func attributeRemoved(p probe) {
	policy := `{"deadLetterTargetArn":"` + p.attribute(p.queue(nil), "QueueArn") + `","maxReceiveCount":3}`
	url := p.queue(attributes{"RedrivePolicy": policy})
	if got := p.attribute(url, "RedrivePolicy"); got == "" {
		p.Error("the redrive policy is missing")
	}
	must(p.SetQueueAttributes(p.ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: attributes{"RedrivePolicy": ""}}))(p)
	if got := p.attribute(url, "RedrivePolicy"); got != "" {
		p.Errorf("the redrive policy is still %q", got)
	}
}

func attributeEncryption(p probe) {
	url := p.queue(attributes{"KmsMasterKeyId": "alias/probe", "KmsDataKeyReusePeriodSeconds": "600"})
	p.wantAll(p.all(url), attributes{"KmsMasterKeyId": "alias/probe", "KmsDataKeyReusePeriodSeconds": "600", "SqsManagedSseEnabled": "false"})
}

func deadLetterSources(p probe) {
	dead := p.queue(nil)
	policy := `{"deadLetterTargetArn":"` + p.attribute(dead, "QueueArn") + `","maxReceiveCount":3}`
	url := p.queue(attributes{"RedrivePolicy": policy})
	got := must(p.ListDeadLetterSourceQueues(p.ctx, &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead}))(p).QueueUrls
	if len(got) != 1 || got[0] != *url {
		p.Errorf("the sources are %q, want %q", got, *url)
	}
}
