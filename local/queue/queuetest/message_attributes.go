package queuetest

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var messageAttributeCases = map[string]func(probe){
	"SendMessage/attributes":        sendAttributes,
	"SendMessage/attribute hashes":  sendHashes,
	"SendMessage/bad attributes":    sendBadAttributes,
	"SendMessage/trace header":      sendTrace,
	"SendMessage/most attributes":   sendMostAttributes,
	"SendMessage/numbers":           sendNumbers,
	"SendMessage/empty attributes":  sendEmptyAttributes,
	"SendMessage/system attributes": sendBadSystem,
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

// sendHashes compares with hashes that SQS returned.
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

func (p probe) sendWith(url *string, a map[string]types.MessageAttributeValue) error {
	return fails(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageAttributes: a}))
}

func number(s string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("Number"), StringValue: &s}
}

// sendMostAttributes tests the limits of attributes, their names and types.
func sendMostAttributes(p probe) {
	url := p.queue(nil)
	ten := map[string]types.MessageAttributeValue{}
	for i := range 9 {
		ten[fmt.Sprint("a_b-", i, ".c")] = text("\t\r\n \U0010ffff")
	}
	label := strings.Repeat("l", 256-len("String."))
	ten[strings.Repeat("N", 256)] = types.MessageAttributeValue{DataType: aws.String("String." + label), StringValue: aws.String("v")}
	p.ok(p.sendWith(url, ten))
	got := p.one(url).MessageAttributes
	if len(got) != 10 || aws.ToString(got[strings.Repeat("N", 256)].DataType) != "String."+label {
		p.Errorf("%d of 10 attributes came: %v", len(got), got)
	}
	tooLong := types.MessageAttributeValue{DataType: aws.String("String." + label + "l"), StringValue: aws.String("v")}
	p.code(p.sendWith(url, map[string]types.MessageAttributeValue{"a": tooLong}), badParameter)
}

func sendNumbers(p probe) {
	url := p.queue(nil)
	for _, good := range []string{"0", "-1", "+1.5", "1e126", "1e-128", strings.Repeat("9", 38)} {
		p.ok(p.sendWith(url, map[string]types.MessageAttributeValue{"n": number(good)}))
	}
	for _, bad := range []string{"1e127", "1e-129", strings.Repeat("9", 39), "1 000", "0x1", "NaN"} {
		p.code(p.sendWith(url, map[string]types.MessageAttributeValue{"n": number(bad)}), badParameter)
	}
}

func sendEmptyAttributes(p probe) {
	url := p.queue(nil)
	for _, a := range []types.MessageAttributeValue{
		{DataType: aws.String(""), StringValue: aws.String("v")},
		{DataType: aws.String("String")},
		{DataType: aws.String("Number"), StringValue: aws.String("")},
		{DataType: aws.String("Binary"), BinaryValue: []byte{}},
	} {
		p.code(p.sendWith(url, map[string]types.MessageAttributeValue{"a": a}), badParameter)
	}
	p.code(p.sendWith(url, map[string]types.MessageAttributeValue{"": text("v")}), badParameter)
	p.empty(url)
}

func sendBadSystem(p probe) {
	url := p.queue(nil)
	for name, a := range map[string]types.MessageSystemAttributeValue{
		"AWSOtherHeader": {DataType: aws.String("String"), StringValue: aws.String("v")},
		"AWSTraceHeader": {DataType: aws.String("Number"), StringValue: aws.String("1")},
	} {
		p.code(fails(p.SendMessage(p.ctx, &sqs.SendMessageInput{
			QueueUrl: url, MessageBody: aws.String("b"), MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{name: a},
		})), badParameter)
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
