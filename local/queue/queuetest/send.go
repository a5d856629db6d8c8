package queuetest

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var sendCases = map[string]func(probe){
	"SendMessage/body":              sendBody,
	"SendMessage/size":              sendSize,
	"SendMessage/own maximum":       sendOwnMaximum,
	"SendMessage/characters":        sendCharacters,
	"SendMessage/delay":             sendDelay,
	"SendMessage/delay bounds":      sendDelayBounds,
	"SendMessage/queue's delay":     sendQueueDelay,
	"SendMessage/group on standard": sendFairGroup,
}

// maxBytes bounds a message and a batch.
const maxBytes = 1 << 20

func sendBody(p probe) {
	url := p.queue(nil)
	// The SDK compares the returned hashes with the bodies.
	for _, body := range []string{"a", " spaces ", `{"json":"<&>\u2028"}`, "line\r\n\ttab", "日本語 😀 \ufffd \U0010ffff", "\x7f"} {
		sent := p.send(url, body)
		m := p.one(url)
		if *m.Body != body || *m.MessageId != *sent.MessageId {
			p.Errorf("sent %q as %s, received %q as %s", body, *sent.MessageId, *m.Body, *m.MessageId)
		}
		must(p.DeleteMessage(p.ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle}))(p)
	}
}

func sendSize(p probe) {
	url := p.queue(nil)
	a := map[string]types.MessageAttributeValue{"name": text("value")}
	const size = len("name") + len("String") + len("value")
	fits := strings.Repeat("x", maxBytes-size)
	must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &fits, MessageAttributes: a}))(p)
	over := fits + "x"
	_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &over, MessageAttributes: a})
	p.code(err, badParameter)
	if got := p.one(url); *got.Body != fits {
		p.Errorf("the body came back with %d bytes, want %d", len(*got.Body), len(fits))
	}
}

func sendOwnMaximum(p probe) {
	url := p.queue(attributes{"MaximumMessageSize": "1024"})
	p.send(url, strings.Repeat("é", 512)) // bytes count, not characters
	_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String(strings.Repeat("é", 512) + "x")})
	p.code(err, badParameter)
}

func sendCharacters(p probe) {
	url := p.queue(nil)
	for _, body := range []string{"\x00", "a\x01", "\x0b", "\x1f", "\ufffe", "\uffff"} {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body})
		refused[*types.InvalidMessageContents](p, err)
	}
	_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("")})
	p.code(err, "MissingParameter", badParameter)
	p.empty(url)
}

func sendDelay(p probe) {
	url := p.queue(nil)
	start := time.Now()
	must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("later"), DelaySeconds: 1}))(p)
	p.empty(url)
	if p.one(url); time.Since(start) < time.Second {
		p.Error("the message came before its delay was over")
	}
}

func sendDelayBounds(p probe) {
	url := p.queue(nil)
	for _, seconds := range []int32{-1, 901} {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), DelaySeconds: seconds})
		p.code(err, badParameter)
	}
}

func sendQueueDelay(p probe) {
	url := p.queue(attributes{"DelaySeconds": "900"})
	p.send(url, "later")
	p.empty(url)
	if got := p.attribute(url, "ApproximateNumberOfMessagesDelayed"); got != "1" {
		p.Errorf("%s messages are delayed, want 1", got)
	}
}

func sendFairGroup(p probe) {
	url := p.queue(nil)
	for _, body := range []string{"a", "b"} {
		must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body, MessageGroupId: aws.String("tenant")}))(p)
	}
	if got := p.one2(url); got[0].Attributes["MessageGroupId"] != "tenant" {
		p.Errorf("the attributes are %v", got[0].Attributes)
	}
	_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("c"), MessageDeduplicationId: aws.String("d")})
	p.code(err, badParameter)
}

// one2 receives two messages that are both in flight then: a tenant's messages
// don't wait for each other.
func (p probe) one2(url *string) []types.Message {
	p.Helper()
	messages := p.receive(url, 5)
	for len(messages) < 2 {
		more := p.receive(url, 5)
		if len(more) == 0 {
			p.Fatal("the second message never came")
		}
		messages = append(messages, more...)
	}
	return messages
}
