package queuetest

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var deduplicationCases = map[string]func(probe){
	"FIFO/deduplication by both":    fifoBothKinds,
	"FIFO/deduplication in a batch": fifoBatchDeduplicates,
	"FIFO/deduplication IDs":        fifoDeduplicationIDs,
	"FIFO/batch in order":           fifoBatchOrder,
	"FIFO/attempts":                 fifoAttempts,
	"FIFO/attempt and change":       fifoAttemptChanged,
}

func (p probe) sendUnder(url *string, id, body string) error {
	return fails(p.SendMessage(p.ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body, MessageGroupId: aws.String("g"), MessageDeduplicationId: &id}))
}

// fifoBothKinds: an explicit ID overrides the body's hash, and may be equal to it.
func fifoBothKinds(p probe) {
	url := p.contentBased()
	p.sendTo(url, "g", "same")
	p.ok(p.sendUnder(url, "own", "same"))
	sum := sha256.Sum256([]byte("same"))
	p.ok(p.sendUnder(url, hex.EncodeToString(sum[:]), "other"))
	p.inOrder(url, "same", "same")
	p.empty(url)
}

// fifoGroup returns a batch of one group.
func fifoGroup(all []types.SendMessageBatchRequestEntry) []types.SendMessageBatchRequestEntry {
	for i := range all {
		all[i].MessageGroupId = aws.String("g")
	}
	return all
}

func fifoBatchDeduplicates(p probe) {
	url := p.contentBased()
	out := must(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: fifoGroup(entries("same", "same", "other"))}))(p)
	if len(out.Successful) != 3 || *out.Successful[0].MessageId != *out.Successful[1].MessageId {
		p.Errorf("succeeded: %+v, failed: %+v", out.Successful, out.Failed)
	}
	p.inOrder(url, "same", "other")
}

func fifoDeduplicationIDs(p probe) {
	url := p.queue(attributes{"FifoQueue": "true"})
	p.ok(p.sendUnder(url, strings.Repeat("~", 128), "b"))
	for _, bad := range []string{strings.Repeat("~", 129), "a b", "ä"} {
		p.code(p.sendUnder(url, bad, "b"), badParameter)
	}
	p.one(url)
}

func fifoBatchOrder(p probe) {
	url := p.contentBased()
	want := strings.Split("0123456789", "")
	must(p.SendMessageBatch(p.ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: fifoGroup(entries(want...))}))(p)
	p.inOrder(url, want...)
}

func (p probe) attempt(url *string, id string) ([]types.Message, error) {
	out, err := p.ReceiveMessage(p.ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 10, ReceiveRequestAttemptId: &id})
	if err != nil {
		return nil, err
	}
	return out.Messages, nil
}

// fifoAttempts repeats a receive: the same attempt brings the same messages with
// the same receipt handles, another brings none of them.
func fifoAttempts(p probe) {
	url := p.contentBased()
	p.sendTo(url, "g", "1")
	p.sendTo(url, "g", "2")
	first := must(p.attempt(url, "x"))(p)
	if len(first) == 0 {
		p.Fatal("received nothing")
	}
	if other := must(p.attempt(url, "y"))(p); len(other) != 0 {
		p.Errorf("another attempt brings %d messages", len(other))
	}
	again := must(p.attempt(url, "x"))(p)
	if len(again) != len(first) {
		p.Fatalf("the attempt brings %d messages again, want %d", len(again), len(first))
	}
	for i := range again {
		if *again[i].ReceiptHandle != *first[i].ReceiptHandle || *again[i].MessageId != *first[i].MessageId {
			p.Errorf("the attempt brings %+v again, want %+v", again[i], first[i])
		}
	}
}

// fifoAttemptChanged repeats a receive one of whose messages is deleted.
func fifoAttemptChanged(p probe) {
	url := p.contentBased()
	p.sendTo(url, "g", "1")
	first := must(p.attempt(url, "x"))(p)
	if len(first) != 1 {
		p.Fatalf("received %d messages", len(first))
	}
	p.ok(p.delete(url, first[0].ReceiptHandle))
	_, err := p.attempt(url, "x")
	p.code(err, badParameter)
}
