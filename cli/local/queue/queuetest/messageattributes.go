package queuetest

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var messageAttributeCases = map[string]func(probe){
	"SendMessage/most attributes":   sendMostAttributes,
	"SendMessage/numbers":           sendNumbers,
	"SendMessage/empty attributes":  sendEmptyAttributes,
	"SendMessage/system attributes": sendBadSystem,
}

func (p probe) sendWith(url *string, a map[string]types.MessageAttributeValue) error {
	return fails(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("b"), MessageAttributes: a}))
}

func number(s string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("Number"), StringValue: &s}
}

// sendMostAttributes goes to the bounds of attributes, their names and types.
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
