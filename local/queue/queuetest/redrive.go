package queuetest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var redriveCases = map[string]func(probe){
	"dead-letter/moves":       redriveMoves,
	"dead-letter/FIFO":        redriveFIFO,
	"dead-letter/not earlier": redriveNotEarlier,
	"dead-letter/keeps":       redriveKeeps,
	"dead-letter/FIFO is new": redriveFIFOIsNew,
}

// redrive makes a queue and its dead-letter queue.
func (p probe) redrive(a attributes, count string) (url, dead *string) {
	p.Helper()
	dead = p.queue(a)
	both := attributes{"RedrivePolicy": `{"deadLetterTargetArn":"` + p.attribute(dead, "QueueArn") + `","maxReceiveCount":"` + count + `"}`}
	for name, value := range a {
		both[name] = value
	}
	return p.queue(both), dead
}

// fail receives a message and releases it at once.
func (p probe) fail(url *string) {
	p.Helper()
	p.ok(p.change(url, p.one(url).ReceiptHandle, 0))
}

// expire receives a message whose visibility timeout is a second and whose
// receive is the last, and waits until it is a dead letter.
func (p probe) expire(url *string) types.Message {
	p.Helper()
	m := p.one(url)
	if messages := p.receive(url, 2); len(messages) != 0 {
		p.Fatal("the message was received twice")
	}
	return m
}

func redriveMoves(p probe) {
	url, dead := p.redrive(nil, "2")
	sent := must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageAttributes: map[string]types.MessageAttributeValue{"a": text("v")}}))(p)
	p.fail(url)
	p.fail(url)
	p.empty(url)
	m := p.one(dead)
	if *m.MessageId != *sent.MessageId || *m.Body != "b" || aws.ToString(m.MessageAttributes["a"].StringValue) != "v" {
		p.Errorf("the dead letter is %+v", m)
	}
	if got, want := m.Attributes["DeadLetterQueueSourceArn"], p.attribute(url, "QueueArn"); got != want {
		p.Errorf("its source is %q, want %q", got, want)
	}
	for _, name := range []types.QueueAttributeName{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"} {
		if got := p.attribute(url, name); got != "0" {
			p.Errorf("%s is %s in the first queue", name, got)
		}
	}
	p.ok(p.delete(dead, m.ReceiptHandle))
}

func redriveFIFO(p probe) {
	url, dead := p.redrive(attributes{"FifoQueue": "true", "ContentBasedDeduplication": "true"}, "1")
	p.sendTo(url, "g", "1")
	first := p.one(url)
	p.sendTo(url, "g", "2")
	p.ok(p.change(url, first.ReceiptHandle, 0))
	if next := p.one(url); *next.Body != "2" {
		p.Errorf("received %s after the first message had failed, want 2", *next.Body)
	}
	if m := p.one(dead); *m.Body != "1" || m.Attributes["MessageGroupId"] != "g" {
		p.Errorf("the dead letter is %+v", m)
	}
}

// redriveNotEarlier deletes the message at the last receive before redrive.
func redriveNotEarlier(p probe) {
	url, dead := p.redrive(nil, "2")
	p.send(url, "b")
	p.fail(url)
	p.ok(p.delete(url, p.one(url).ReceiptHandle))
	p.empty(url)
	p.empty(dead)
}

// redriveKeeps: on standard queues a dead letter is as old as the message, and
// its receive count continues.
func redriveKeeps(p probe) {
	url, dead := p.redrive(attributes{"VisibilityTimeout": "1"}, "1")
	p.send(url, "b")
	m := p.expire(url)
	letter := p.one(dead)
	for name, want := range map[string]string{
		"SentTimestamp": m.Attributes["SentTimestamp"], "ApproximateReceiveCount": "2",
		"ApproximateFirstReceiveTimestamp": m.Attributes["ApproximateFirstReceiveTimestamp"],
	} {
		if got := letter.Attributes[name]; got != want {
			p.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// redriveFIFOIsNew: on FIFO queues a dead letter is as old as its move, and
// deduplicated by the message's ID.
func redriveFIFOIsNew(p probe) {
	url, dead := p.redrive(attributes{"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "1"}, "1")
	p.sendTo(url, "g", "b")
	m := p.expire(url)
	letter := p.one(dead)
	if letter.Attributes["SentTimestamp"] <= m.Attributes["SentTimestamp"] {
		p.Errorf("it was sent at %s, and died at %s", m.Attributes["SentTimestamp"], letter.Attributes["SentTimestamp"])
	}
	if got := letter.Attributes["MessageDeduplicationId"]; got != *m.MessageId {
		p.Errorf("its deduplication ID is %s, want %s", got, *m.MessageId)
	}
}
