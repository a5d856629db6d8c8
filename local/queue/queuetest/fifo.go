package queuetest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var fifoCases = map[string]func(probe){
	"FIFO/order":                   fifoOrder,
	"FIFO/group in flight":         fifoBlocks,
	"FIFO/returned message":        fifoReturns,
	"FIFO/attributes":              fifoAttributes,
	"FIFO/deduplication":           fifoDeduplicates,
	"FIFO/deduplication by body":   fifoContentBased,
	"FIFO/deduplication per group": fifoPerGroup,
	"FIFO/missing parameters":      fifoMissing,
	"FIFO/batch without groups":    fifoBatchMissing,
	"FIFO/timed-out handle":        fifoTimedOut,
}

func (p probe) sendTo(url *string, group, body string) *sqs.SendMessageOutput {
	p.Helper()
	return must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body, MessageGroupId: &group}))(p)
}

func (p probe) contentBased() *string {
	p.Helper()
	return p.queue(attributes{"FifoQueue": "true", "ContentBasedDeduplication": "true"})
}

func fifoOrder(p probe) {
	url := p.contentBased()
	var want []string
	for i := range 25 {
		want = append(want, fmt.Sprint(i))
		p.sendTo(url, "g", want[i])
	}
	p.inOrder(url, want...)
}

// inOrder receives and deletes messages, one or more at a time.
func (p probe) inOrder(url *string, want ...string) {
	p.Helper()
	var got []string
	for len(got) < len(want) {
		messages := p.receive(url, 5)
		if len(messages) == 0 {
			p.Fatalf("nothing came after %q", got)
		}
		for _, m := range messages {
			got = append(got, *m.Body)
			p.ok(p.delete(url, m.ReceiptHandle))
		}
	}
	if !slices.Equal(got, want) {
		p.Errorf("the order is %q", got)
	}
}

func fifoBlocks(p probe) {
	url := p.contentBased()
	p.sendTo(url, "a", "a1")
	first := p.one(url)
	p.sendTo(url, "a", "a2")
	p.empty(url)
	p.sendTo(url, "b", "b1")
	if other := p.one(url); *other.Body != "b1" {
		p.Errorf("received %s, want b1", *other.Body)
	}
	p.ok(p.delete(url, first.ReceiptHandle))
	if next := p.one(url); *next.Body != "a2" {
		p.Errorf("received %s, want a2", *next.Body)
	}
}

// fifoReturns releases two messages in the wrong order.
func fifoReturns(p probe) {
	url := p.contentBased()
	for _, body := range []string{"1", "2", "3"} {
		p.sendTo(url, "g", body)
	}
	messages := p.receive(url, 5)
	if len(messages) != 3 {
		p.Skipf("received %d of 3 at a time, which is allowed", len(messages))
	}
	for _, i := range []int{1, 0, 2} {
		p.ok(p.change(url, messages[i].ReceiptHandle, 0))
	}
	again := p.receive(url, 5)
	for i, m := range again {
		if *m.Body != fmt.Sprint(i+1) {
			p.Errorf("message %d is %s", i+1, *m.Body)
		}
	}
}

func fifoAttributes(p probe) {
	url := p.contentBased()
	first := p.sendTo(url, "g", "1")
	second := p.sendTo(url, "g", "2")
	low, high := aws.ToString(first.SequenceNumber), aws.ToString(second.SequenceNumber)
	if len(low) != 20 || len(high) != 20 || low >= high {
		p.Errorf("the sequence numbers are %q and %q", low, high)
	}
	m := p.receive(url, 5)[0]
	if m.Attributes["SequenceNumber"] != low || m.Attributes["MessageGroupId"] != "g" || len(m.Attributes["MessageDeduplicationId"]) != 64 {
		p.Errorf("the attributes are %v", m.Attributes)
	}
}

func fifoDeduplicates(p probe) {
	url := p.queue(attributes{"FifoQueue": "true"})
	send := func(body, id string) *sqs.SendMessageOutput {
		return must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body, MessageGroupId: aws.String("g"), MessageDeduplicationId: &id}))(p)
	}
	first, again := send("1", "x"), send("1", "x")
	if *first.MessageId != *again.MessageId || aws.ToString(first.SequenceNumber) != aws.ToString(again.SequenceNumber) {
		p.Error("the repetition has another ID")
	}
	m := p.one(url)
	p.ok(p.delete(url, m.ReceiptHandle))
	send("1", "x") // still known after it was deleted
	p.empty(url)
	send("1", "y")
	p.one(url)
}

func fifoContentBased(p probe) {
	url := p.contentBased()
	p.sendTo(url, "a", "same")
	p.sendTo(url, "b", "same")
	p.sendTo(url, "b", "other")
	if got := p.bodies(url, 2); !slices.Contains(got, "same") || !slices.Contains(got, "other") {
		p.Errorf("received %q", got)
	}
	p.empty(url)
}

func fifoPerGroup(p probe) {
	url := p.queue(attributes{
		"FifoQueue": "true", "ContentBasedDeduplication": "true", "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId",
	})
	for _, group := range strings.Fields("a b a") {
		p.sendTo(url, group, "same")
	}
	p.bodies(url, 2)
	p.empty(url)
}

func fifoMissing(p probe) {
	url := p.queue(attributes{"FifoQueue": "true"})
	_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageDeduplicationId: aws.String("d")})
	p.code(err, "MissingParameter")
	_, err = p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageGroupId: aws.String("g")})
	p.code(err, badParameter)
	_, err = p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageGroupId: aws.String("g"), MessageDeduplicationId: aws.String("d"), DelaySeconds: 2})
	p.code(err, badParameter)
	_, err = p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageGroupId: aws.String(strings.Repeat("g", 129)), MessageDeduplicationId: aws.String("d")})
	p.code(err, badParameter)
	p.empty(url)
}

func fifoBatchMissing(p probe) {
	url := p.contentBased()
	all := entries("a", "b")
	all[0].MessageGroupId = aws.String("g")
	_, err := p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: all})
	p.code(err, badParameter)
	all[1].MessageGroupId = aws.String("g")
	out := must(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: all}))(p)
	if len(out.Successful) != 2 {
		p.Errorf("%d of 2 succeeded", len(out.Successful))
	}
}

func fifoTimedOut(p probe) {
	url := p.contentBased()
	p.sendTo(url, "g", "b")
	m := p.one(url)
	p.ok(p.change(url, m.ReceiptHandle, 0))
	p.code(p.delete(url, m.ReceiptHandle), badParameter)
	var _ types.Message = p.one(url)
}
