package api

import (
	"context"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// TestAllOfABatchCounts: an invalid entry counts towards the size of the batch.
func TestAllOfABatchCounts(t *testing.T) {
	t.Parallel()
	s := newService()
	q := create(t, s, "q", nil)
	tooLate := maxDelaySeconds + 1
	long := sendEntry{entryID{"long"}, sendInput{
		MessageBody: "b", DelaySeconds: &tooLate,
		MessageAttributes: map[string]sentAttribute{"a": {Attribute: queue.Attribute{DataType: "String", StringValue: strings.Repeat("v", 1<<20)}}},
	}}
	in := &sendMessageBatchInput{queueInput{q.URL()}, []sendEntry{long, {entryID{"short"}, sendInput{MessageBody: "b"}}}}
	_, err := sendMessageBatch(context.Background(), call{queues: s}, in)
	wantCode(t, err, sqserr.BatchRequestTooLong)
	if got := s.Snapshot()["q"]; got != (queue.Stats{}) {
		t.Errorf("the counts are %+v", got)
	}
}
