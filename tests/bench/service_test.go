package main

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// TestServiceAnswersTheSDK uses the SDK as the client, because it checks the digests of
// the messages that it has sent.
func TestServiceAnswersTheSDK(t *testing.T) {
	t.Parallel()
	s, err := newService(0)
	if err != nil {
		t.Fatal(err)
	}
	client := sqs.New(sqs.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.url()), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	})
	queue := aws.String(s.url() + "/1/q")
	output, err := client.SendMessageBatch(context.Background(), &sqs.SendMessageBatchInput{QueueUrl: queue, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("0"), MessageBody: aws.String(`{"a":"b"}`)}, {Id: aws.String("x"), MessageBody: aws.String("[2]"), MessageAttributes: map[string]types.MessageAttributeValue{
			"star.depth": {DataType: aws.String("Number"), StringValue: aws.String("1")},
		}},
	}})
	if err != nil || len(output.Successful) != 2 || *output.Successful[1].Id != "x" {
		t.Errorf("%+v %v", output, err)
	}
	if _, err := client.SendMessage(context.Background(), &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String("3")}); err != nil {
		t.Error(err)
	}
	if got := s.items.Load(); got != 3 {
		t.Errorf("%d items accepted, want 3", got)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	got := table([]row{{"a", "1 µs", "peer: 2", "0.50", "≤ 1", true}, {"b", "2", "", "", "≤ 1", false}, {what: "c", measured: "3"}})
	const want = "| What | StarJob | Beside it | Ratio | Goal |                 |\n" +
		"|------|---------|-----------|-------|------|-----------------|\n" +
		"| a    | 1 µs    | peer: 2   | 0.50  | ≤ 1  | reached         |\n" +
		"| b    | 2       |           |       | ≤ 1  | **not reached** |\n" +
		"| c    | 3       |           |       |      |                 |\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	for rate, want := range map[float64]string{987.4: "987/s", 123_456: "123,000/s", 5_000_000: "5,000,000/s", 0.2: "0/s"} {
		if got := perSecond(rate); got != want {
			t.Errorf("%v is written as %s, want %s", rate, got, want)
		}
	}
	if median([]int{5, 1, 3}) != 3 {
		t.Error("the median is not the middle value")
	}
}

// TestTemplateHas500Resources checks the number that docs/benchmarks.md states.
func TestTemplateHas500Resources(t *testing.T) {
	t.Parallel()
	_, expanded, err := expandText(fragment(largeSteps, largeOthers))
	if err != nil {
		t.Fatal(err)
	}
	if n := resources(expanded); n != 500 {
		t.Errorf("%d resources", n)
	}
}
