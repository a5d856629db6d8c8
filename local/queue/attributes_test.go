package queue

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/serverless-star/starjob/local/queue/queuetest"
)

// TestEntriesKeepTheirAttributes: neighbours in a batch share attributes only
// where these are the same. The SDK compares the hashes.
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

func TestNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"0": true, "-0.000": true, "007": true, "+1": true, ".5": true, "5.": true, "1e3": true, "-1.5E-3": true,
		strings.Repeat("9", 38): true, strings.Repeat("9", 39): false, strings.Repeat("9", 38) + "000": true, "0." + strings.Repeat("1", 39): false,
		"1e126": true, "1.1e126": false, "-1e127": false, "1e-128": true, "9e-129": false, "1e999999999999": false, "1e-999999999999": false, "0e999": true,
		"": false, ".": false, "1.2.3": false, "1e": false, "--1": false, "0x1": false, "1_000": false, "Inf": false, "NaN": false, " 1": false, "1\n": false,
	} {
		if got := isNumber(text); got != want {
			t.Errorf("isNumber(%q) is %t", text, got)
		}
	}
}

// TestAllOfABatchCounts: what is wrong with an entry makes the batch no shorter.
func TestAllOfABatchCounts(t *testing.T) {
	t.Parallel()
	s := newService()
	q := create(t, s, "q", nil)
	tooLate := maxDelaySeconds + 1
	long := sendEntry{entryID{"long"}, sendInput{
		MessageBody: "b", DelaySeconds: &tooLate,
		MessageAttributes: map[string]sentAttribute{"a": {Attribute: Attribute{DataType: "String", StringValue: strings.Repeat("v", maxMessageBytes)}}},
	}}
	_, err := sendMessageBatch(s, context.Background(), &sendMessageBatchInput{queueInput{q.url}, []sendEntry{long, {entryID{"short"}, sendInput{MessageBody: "b"}}}})
	wantCode(t, err, codeBatchTooLong)
	wantStats(t, q, 0, 0, 0)
}

// TestBadAttributesBesideGoodOnes: an entry is refused although it differs from
// the one before only in what is wrong with it.
func TestBadAttributesBesideGoodOnes(t *testing.T) {
	t.Parallel()
	q := create(t, newService(), "q", nil)
	before, err := q.prepare(&Outgoing{Body: "x", Attributes: map[string]Attribute{"a": {DataType: "String", StringValue: "1"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = q.prepare(&Outgoing{Body: "x", Attributes: map[string]Attribute{"a": {DataType: "String", StringValue: "1", BinaryValue: []byte{}}}}, before)
	wantCode(t, err, codeInvalidParameter)
}
