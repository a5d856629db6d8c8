package queuetest

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var batchCases = map[string]func(probe){
	"SendMessageBatch":                 sendBatch,
	"SendMessageBatch/refused":         sendBatchRefused,
	"SendMessageBatch/size":            sendBatchSize,
	"SendMessageBatch/partial failure": sendBatchPartly,
	"DeleteMessageBatch":               deleteBatch,
	"ChangeMessageVisibilityBatch":     changeBatch,
}

func entries(bodies ...string) []types.SendMessageBatchRequestEntry {
	var all []types.SendMessageBatchRequestEntry
	for i := range bodies {
		all = append(all, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint("e", i)), MessageBody: &bodies[i]})
	}
	return all
}

func sendBatch(p probe) {
	url := p.queue(nil)
	out := must(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")}))(p)
	if len(out.Successful) != 10 || len(out.Failed) != 0 {
		p.Fatalf("%d succeeded and %d failed", len(out.Successful), len(out.Failed))
	}
	ids := map[string]bool{}
	for _, e := range out.Successful {
		ids[*e.MessageId] = true
	}
	for n := 0; n < 10; {
		messages := p.receive(url, 5)
		if len(messages) == 0 {
			p.Fatalf("only %d messages came", n)
		}
		for _, m := range messages {
			if !ids[*m.MessageId] {
				p.Errorf("%s was received twice, or never sent", *m.MessageId)
			}
			delete(ids, *m.MessageId)
			n++
		}
	}
}

func sendBatchRefused(p probe) {
	url := p.queue(nil)
	send := func(entries []types.SendMessageBatchRequestEntry) error {
		_, err := p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries})
		return err
	}
	refused[*types.EmptyBatchRequest](p, send([]types.SendMessageBatchRequestEntry{}))
	refused[*types.TooManyEntriesInBatchRequest](p, send(entries(strings.Split("0123456789a", "")...)))
	twice := entries("a", "b")
	twice[1].Id = twice[0].Id
	refused[*types.BatchEntryIdsNotDistinct](p, send(twice))
	for _, id := range []string{"", "a:b", "a b", strings.Repeat("i", 81)} {
		one := entries("a")
		one[0].Id = &id
		refused[*types.InvalidBatchEntryId](p, send(one))
	}
	p.empty(url)
}

func sendBatchSize(p probe) {
	url := p.queue(nil)
	half := strings.Repeat("x", maxBytes/2)
	_, err := p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries(half, half, "x")})
	refused[*types.BatchRequestTooLong](p, err)
	p.empty(url)
	out := must(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries(half, half)}))(p)
	if len(out.Successful) != 2 {
		p.Errorf("%d of 2 succeeded: %+v", len(out.Successful), out.Failed)
	}
}

func sendBatchPartly(p probe) {
	url := p.queue(nil)
	all := entries("good", "\x01", "delayed too long", "good too")
	all[2].DelaySeconds = 901
	out := must(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: all}))(p)
	failed := map[string]bool{}
	for _, f := range out.Failed {
		failed[*f.Id] = true
		if !f.SenderFault || aws.ToString(f.Code) == "" || aws.ToString(f.Message) == "" {
			p.Errorf("the failure says too little: %+v", f)
		}
	}
	if len(out.Successful) != 2 || len(failed) != 2 || !failed["e1"] || !failed["e2"] {
		p.Errorf("%d succeeded; failed: %v", len(out.Successful), failed)
	}
	for _, body := range p.bodies(url, 2) {
		if !strings.HasPrefix(body, "good") {
			p.Errorf("received %q", body)
		}
	}
}

func deleteBatch(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	m := p.one(url)
	out := must(p.DeleteMessageBatch(p.ctx, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{
		{Id: aws.String("good"), ReceiptHandle: m.ReceiptHandle}, {Id: aws.String("bad"), ReceiptHandle: aws.String("no handle")},
	}}))(p)
	if len(out.Successful) != 1 || *out.Successful[0].Id != "good" || len(out.Failed) != 1 || *out.Failed[0].Id != "bad" {
		p.Errorf("succeeded: %+v, failed: %+v", out.Successful, out.Failed)
	}
	if got := p.attribute(url, "ApproximateNumberOfMessagesNotVisible"); got != "0" {
		p.Errorf("%s messages are in flight", got)
	}
	_, err := p.DeleteMessageBatch(p.ctx, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{}})
	refused[*types.EmptyBatchRequest](p, err)
}

func changeBatch(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	m := p.one(url)
	out := must(p.ChangeMessageVisibilityBatch(p.ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
		{Id: aws.String("good"), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0}, {Id: aws.String("bad"), ReceiptHandle: aws.String("no handle"), VisibilityTimeout: 1},
		{Id: aws.String("long"), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 43201},
	}}))(p)
	if len(out.Successful) != 1 || *out.Successful[0].Id != "good" || len(out.Failed) != 2 {
		p.Errorf("succeeded: %+v, failed: %+v", out.Successful, out.Failed)
	}
	if again := p.one(url); *again.MessageId != *m.MessageId {
		p.Error("another message came back")
	}
}
