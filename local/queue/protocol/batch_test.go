package protocol

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/serverless-star/starjob/local/queue/queuetest"
)

// TestEntriesKeepTheirAttributes: entries of a batch share attributes only if these
// are equal. The SDK compares the hashes.
func TestEntriesKeepTheirAttributes(t *testing.T) {
	t.Parallel()
	s, endpoint := serve(t)
	q := create(t, s, "q", nil)
	text := func(value string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
	}
	type attributes = map[string]types.MessageAttributeValue
	in := &sqs.SendMessageBatchInput{QueueUrl: aws.String(q.URL())}
	sent := []attributes{{"a": text("1")}, {"a": text("1")}, {"a": text("2")}, {"b": text("2")}, {"a": text("1"), "b": text("2")}, {}, {"a": text("1")}}
	for i, a := range sent {
		id := string(rune('0' + i))
		in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &id, MessageAttributes: a})
	}
	out, err := queuetest.Server{Endpoint: endpoint}.Client().SendMessageBatch(context.Background(), in)
	if err != nil || len(out.Failed) > 0 {
		t.Fatalf("%v %+v", err, out)
	}
	for i, m := range receive(t, q, len(sent)) {
		if len(m.Attributes) != len(sent[i]) {
			t.Errorf("message %d has the attributes %v", i, m.Attributes)
		}
		for name, a := range sent[i] {
			if m.Attributes[name].StringValue != *a.StringValue {
				t.Errorf("message %d has the attributes %v", i, m.Attributes)
			}
		}
	}
}
