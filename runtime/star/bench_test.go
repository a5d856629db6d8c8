package star_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/serverless-star/starjob/runtime/internal/engine"
	"github.com/serverless-star/starjob/runtime/star"
)

// order is an item of a usual size.
type order struct {
	ID       int      `json:"id"`
	Customer string   `json:"customer"`
	Lines    []string `json:"lines"`
}

// BenchmarkDispatch runs one invocation with an empty handler, from the
// event's bytes to the reply's: with StarJob, with default logs and metrics, and for
// comparison with the simplest handwritten handler.
func BenchmarkDispatch(b *testing.B) {
	for _, n := range []int{10, 1000} {
		event := ordersEvent(b, n)
		for _, peer := range []struct {
			name    string
			handler engine.Invoker
		}{{"starjob", starjob(b)}, {"plain", lambda.NewHandler(plain)}} {
			b.Run(fmt.Sprintf("%s/%d", peer.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					reply, err := peer.handler.Invoke(b.Context(), event)
					if err != nil || len(reply) > 30 {
						b.Fatalf("%s %v", reply, err)
					}
				}
			})
		}
	}
}

func starjob(b *testing.B) engine.Invoker {
	b.Helper()
	program := &engine.Program{}
	option := star.NewStep[order]("work").Handle(func(context.Context, order, star.Generate) error { return nil })
	option.(engine.Registration).Register(program)
	environment := map[string]string{
		"STAR_HANDLER": "work", "STAR_JOB": "Bench", "STAR_STEP": "work", "STAR_QUEUE": "https://sqs/1/work", "AWS_REGION": "eu-west-1",
	}
	handler, err := program.Handler(func(name string) string { return environment[name] }, engine.NewLog(io.Discard, ""), io.Discard)
	if err != nil {
		b.Fatal(err)
	}
	return handler
}

func plain(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	response := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, record := range event.Records {
		var o order
		err := json.Unmarshal([]byte(record.Body), &o)
		if err == nil {
			err = handleOrder(ctx, o)
		}
		if err != nil {
			response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
	}
	return response, nil
}

func handleOrder(context.Context, order) error { return nil }

// ordersEvent returns the event of a batch, as Lambda delivers it.
func ordersEvent(b *testing.B, n int) []byte {
	b.Helper()
	var event events.SQSEvent
	depth := "1"
	for i := range n {
		body, err := json.Marshal(order{i, "a customer of ours", []string{"first line", "second line"}})
		if err != nil {
			b.Fatal(err)
		}
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: fmt.Sprintf("059f36b4-87a3-44ab-83d2-66197%07d", i), Body: string(body), Md5OfBody: "098f6bcd4621d373cade4e832627b4f6",
			ReceiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a0tbGGd2oR1fPJ4kXmSvLWdxYQnqKJmwrBXNQGBAhD7Lf9kxKcVQ0B1nW4TzFGFDNqbV3fCGAcUEQKSXDzuEgy8oD0",
			Attributes: map[string]string{
				"ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183", "SenderId": "AIDAIENQZJOLO23YVJ4VO", "ApproximateFirstReceiveTimestamp": strconv.Itoa(1545082649185 + i),
			},
			MessageAttributes: map[string]events.SQSMessageAttribute{"star.depth": {StringValue: &depth, DataType: "Number"}},
			EventSourceARN:    "arn:aws:sqs:us-east-2:123456789012:work", EventSource: "aws:sqs", AWSRegion: "us-east-2",
		})
	}
	text, err := json.Marshal(event)
	if err != nil {
		b.Fatal(err)
	}
	return text
}
