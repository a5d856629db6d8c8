package queuetest

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var batchCases = map[string]func(probe){
	"SendMessageBatch":                     sendBatch,
	"SendMessageBatch/refused":             sendBatchRefused,
	"SendMessageBatch/size":                sendBatchSize,
	"SendMessageBatch/partial failure":     sendBatchPartly,
	"SendMessageBatch/own maximum":         sendBatchOwnMaximum,
	"DeleteMessageBatch":                   deleteBatch,
	"DeleteMessageBatch/refused":           deleteBatchRefused,
	"ChangeMessageVisibilityBatch":         changeBatch,
	"ChangeMessageVisibilityBatch/refused": changeBatchRefused,
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

// badBatches sends batches, given by their entries' IDs, that are refused entirely.
func (p probe) badBatches(call func(ids []string) error) {
	p.Helper()
	refused[*types.EmptyBatchRequest](p, call(nil))
	refused[*types.TooManyEntriesInBatchRequest](p, call(strings.Split("0123456789a", "")))
	refused[*types.BatchEntryIdsNotDistinct](p, call([]string{"a", "b", "a"}))
	for _, id := range []string{"", "a:b", "a b", "ä", strings.Repeat("i", 81)} {
		refused[*types.InvalidBatchEntryId](p, call([]string{"good", id}))
	}
}

func sendBatchRefused(p probe) {
	url := p.queue(nil)
	p.badBatches(func(ids []string) error {
		all := []types.SendMessageBatchRequestEntry{}
		for _, id := range ids {
			all = append(all, types.SendMessageBatchRequestEntry{Id: &id, MessageBody: aws.String("b")})
		}
		return fails(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: all}))
	})
	p.empty(url)
	good := entries("b")
	good[0].Id = aws.String(strings.Repeat("-_aZ9", 16))
	must(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: good}))(p)
	p.one(url)
}

// deleteBatchRefused deletes nothing with a batch that is refused.
func deleteBatchRefused(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	m := p.one(url)
	p.badBatches(func(ids []string) error {
		all := []types.DeleteMessageBatchRequestEntry{}
		for _, id := range ids {
			all = append(all, types.DeleteMessageBatchRequestEntry{Id: &id, ReceiptHandle: m.ReceiptHandle})
		}
		return fails(p.DeleteMessageBatch(p.ctx, &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: all}))
	})
	if got := p.attribute(url, "ApproximateNumberOfMessagesNotVisible"); got != "1" {
		p.Errorf("%s messages are in flight, want 1", got)
	}
}

func changeBatchRefused(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	m := p.one(url)
	p.badBatches(func(ids []string) error {
		all := []types.ChangeMessageVisibilityBatchRequestEntry{}
		for _, id := range ids {
			all = append(all, types.ChangeMessageVisibilityBatchRequestEntry{Id: &id, ReceiptHandle: m.ReceiptHandle})
		}
		return fails(p.ChangeMessageVisibilityBatch(p.ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: all}))
	})
	p.empty(url)
}

// sendBatchOwnMaximum: the queue's maximum is for each message, and not for the
// batch.
func sendBatchOwnMaximum(p probe) {
	url := p.queue(attributes{"MaximumMessageSize": "1024"})
	fits := strings.Repeat("x", 1024)
	out := must(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries(fits, fits, fits+"x")}))(p)
	if len(out.Successful) != 2 || len(out.Failed) != 1 || *out.Failed[0].Id != "e2" || *out.Failed[0].Code != badParameter || !out.Failed[0].SenderFault {
		p.Errorf("%d succeeded; failed: %+v", len(out.Successful), out.Failed)
	}
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
	if len(out.Successful) != 2 || len(out.Failed) != 2 {
		p.Errorf("%d succeeded, and %d failed", len(out.Successful), len(out.Failed))
	}
	p.failures(out.Failed, map[string]string{"e1": "InvalidMessageContents", "e2": badParameter})
	for _, body := range p.bodies(url, 2) {
		if !strings.HasPrefix(body, "good") {
			p.Errorf("received %q", body)
		}
	}
}

// failures fails for entries that must not fail, or that fail with another code.
func (p probe) failures(failed []types.BatchResultErrorEntry, codes map[string]string) {
	p.Helper()
	for _, f := range failed {
		if code := aws.ToString(f.Code); code != codes[*f.Id] || !f.SenderFault {
			p.Errorf("entry %s fails with %q, sender's fault %t; want %q", *f.Id, code, f.SenderFault, codes[*f.Id])
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
	p.failures(out.Failed, map[string]string{"bad": "ReceiptHandleIsInvalid"})
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
	p.failures(out.Failed, map[string]string{"bad": "ReceiptHandleIsInvalid", "long": badParameter})
	if again := p.one(url); *again.MessageId != *m.MessageId {
		p.Error("another message came back")
	}
}
