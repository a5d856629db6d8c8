package queuetest

import (
	"bytes"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var sendCases = map[string]func(probe){
	"SendMessage/body":              sendBody,
	"SendMessage/attributes":        sendAttributes,
	"SendMessage/attribute hashes":  sendHashes,
	"SendMessage/bad attributes":    sendBadAttributes,
	"SendMessage/trace header":      sendTrace,
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
	// The SDK compares the hashes that come back with the bodies.
	for _, body := range []string{"a", " spaces ", `{"json":"<&>\u2028"}`, "line\r\n\ttab", "日本語 😀 \ufffd \U0010ffff", "\x7f"} {
		sent := p.send(url, body)
		m := p.one(url)
		if *m.Body != body || *m.MessageId != *sent.MessageId {
			p.Errorf("sent %q as %s, received %q as %s", body, *sent.MessageId, *m.Body, *m.MessageId)
		}
		must(p.DeleteMessage(p.ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: m.ReceiptHandle}))(p)
	}
}

func text(s string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &s}
}

func sendAttributes(p probe) {
	url := p.queue(nil)
	want := map[string]types.MessageAttributeValue{
		"text":       text("ü"),
		"number":     {DataType: aws.String("Number.int"), StringValue: aws.String("-1.5e3")},
		"binary":     {DataType: aws.String("Binary.png"), BinaryValue: []byte{0, 255, 10}},
		"star.depth": {DataType: aws.String("Number"), StringValue: aws.String("0")},
	}
	must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageAttributes: want}))(p)
	got := p.one(url).MessageAttributes
	if len(got) != len(want) {
		p.Errorf("received %d attributes, want %d", len(got), len(want))
	}
	for name, w := range want {
		g := got[name]
		if aws.ToString(g.DataType) != *w.DataType || aws.ToString(g.StringValue) != aws.ToString(w.StringValue) || !bytes.Equal(g.BinaryValue, w.BinaryValue) {
			p.Errorf("%s came back as %+v", name, g)
		}
	}
}

// sendHashes compares with hashes that SQS itself has answered.
func sendHashes(p probe) {
	url := p.queue(nil)
	for hash, a := range map[string]map[string]types.MessageAttributeValue{
		"4c360f3fdafd970e05fae2f149d997f5": {"Help.Me": text("Me"), "Hello": text("There"), "General": text("Kenobi")},
		"ae7155c6026991b6d54b11589678bf9c": {"Foo": text("Bar")},
		"8cbe4db156db8a94db8b801b7addb984": {"attr1": {
			DataType: aws.String("Binary"), BinaryValue: []byte("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"),
		}},
	} {
		sent := must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("msg"), MessageAttributes: a}))(p)
		if got := aws.ToString(sent.MD5OfMessageAttributes); got != hash {
			p.Errorf("the hash is %s, want %s", got, hash)
		}
	}
}

func sendBadAttributes(p probe) {
	url := p.queue(nil)
	many := map[string]types.MessageAttributeValue{}
	for _, c := range "abcdefghijk" {
		many[string(c)] = text("v")
	}
	bad := []map[string]types.MessageAttributeValue{
		many, {"AWS.x": text("v")}, {"amazon.x": text("v")}, {"a..b": text("v")}, {".a": text("v")}, {"a.": text("v")}, {"a b": text("v")},
		{strings.Repeat("a", 257): text("v")}, {"a": text("")}, {"a": text("\x00")},
		{"a": {DataType: aws.String("Text"), StringValue: aws.String("v")}},
		{"a": {DataType: aws.String("Number"), StringValue: aws.String("one")}},
		{"a": {DataType: aws.String("Binary")}},
	}
	for _, a := range bad {
		_, err := p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageAttributes: a})
		p.code(err, badParameter)
	}
	p.empty(url)
}

func sendTrace(p probe) {
	url := p.queue(nil)
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793"
	sent := must(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{
		"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String(header)},
	}}))(p)
	if aws.ToString(sent.MD5OfMessageSystemAttributes) == "" {
		p.Error("the system attributes' hash is missing")
	}
	if got := p.one(url).Attributes["AWSTraceHeader"]; got != header {
		p.Errorf("the trace header is %q", got)
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
