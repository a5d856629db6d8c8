package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// FuzzActions sends requests to all actions. Each must succeed or fail with an error
// of SQS, and no received message may be one that SQS would refuse.
func FuzzActions(f *testing.F) {
	names := slices.Sorted(maps.Keys(actions))
	for i := range names {
		f.Add(uint8(i), []byte(`{"QueueUrl":"q","QueueName":"q2","MessageBody":"b","ReceiptHandle":"AAAA","VisibilityTimeout":1,"Tags":{"a":"b"},"TagKeys":["a"]}`))
		f.Add(uint8(i), []byte(`{"QueueUrl":"http://x/q.fifo","MessageBody":"\ud83d\ude00","MessageGroupId":"g","MessageDeduplicationId":"d","Entries":[{"Id":"1","MessageBody":"\\","ReceiptHandle":"x","MessageGroupId":"g"}],"Attributes":{"VisibilityTimeout":"0"}}`))
		f.Add(uint8(i), []byte(`{"MaxResults":1,"NextToken":"cQ==","QueueNamePrefix":"q","QueueUrl":"q","MessageAttributeNames":["a.*"],"AttributeNames":["All"],"MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"AAA="}}}`))
	}
	f.Fuzz(func(t *testing.T, i uint8, body []byte) {
		s := newService()
		create(t, s, "q", nil)
		create(t, s, "q.fifo", attrs{"FifoQueue": "true"})
		// Nothing waits in a canceled context.
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		out, err := actions[names[int(i)%len(names)]](ctx, s, Request{Body: body})
		var refusal *sqserr.Error
		if err != nil && !errors.Is(err, context.Canceled) && !errors.As(err, &refusal) {
			t.Fatalf("%v is no error of SQS's", err)
		}
		if out != nil && !json.Valid(out) {
			t.Fatalf("%s is not JSON", out)
		}
		for _, q := range s.Queues() {
			messages, err := q.Receive(context.Background(), 20, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range messages {
				if !utf8.ValidString(m.Body) || !queue.ValidText(m.Body) || m.Body == "" {
					t.Fatalf("%q was accepted", m.Body)
				}
			}
		}
	})
}
