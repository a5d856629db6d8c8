package protocol

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/serverless-star/starjob/local/queue/queuetest"
)

// BenchmarkSendMessageBatch sends ten messages of 100 bytes a time, with the SDK
// on loopback.
func BenchmarkSendMessageBatch(b *testing.B) {
	s, endpoint := serve(b)
	q := create(b, s, "q", nil)
	client := queuetest.Server{Endpoint: endpoint}.Client()
	in := &sqs.SendMessageBatchInput{QueueUrl: aws.String(q.URL())}
	for i := range 10 {
		in.Entries = append(in.Entries, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), MessageBody: aws.String(strings.Repeat("x", 100))})
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := client.SendMessageBatch(context.Background(), in); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N*10)/b.Elapsed().Seconds(), "messages/s")
}
