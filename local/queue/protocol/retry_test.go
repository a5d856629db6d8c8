package protocol

import (
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serverless-star/starjob/local/queue/queuetest"
)

// TestNoSendIsRepeated: the SDK retries a response that it does not understand, which
// would send the message twice.
func TestNoSendIsRepeated(t *testing.T) {
	t.Parallel()
	s, endpoint := serve(t)
	q := create(t, s, "q", nil)
	client := queuetest.Server{Endpoint: endpoint}.Client()
	const senders, each = 4, 300
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for range each {
				_, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(q.URL()), MessageBody: aws.String("b")},
					func(o *sqs.Options) { o.RetryMaxAttempts = 5 })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	wantStats(t, s, q, senders*each, 0, 0)
}
