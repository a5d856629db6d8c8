package api

import (
	"context"
	"fmt"
	"testing"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// pages are the actions that return pages, each of the same queues.
var pages = map[string]func(s *queue.Service, dead *queue.Queue, p page) (listQueuesOutput, error){
	"ListQueues": func(s *queue.Service, _ *queue.Queue, p page) (listQueuesOutput, error) {
		return listQueues(context.Background(), call{queues: s}, &listQueuesInput{p, "q"})
	},
	"ListDeadLetterSourceQueues": func(s *queue.Service, dead *queue.Queue, p page) (listQueuesOutput, error) {
		out, err := listDeadLetterSourceQueues(context.Background(), call{queues: s}, &listSourcesInput{queueInput{dead.URL()}, p})
		return listQueuesOutput(out), err
	},
}

// TestPages: a token is returned only if the request has a page size. It is valid
// even if the queue that it names was deleted.
func TestPages(t *testing.T) {
	t.Parallel()
	for name, list := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService()
			dead := create(t, s, "dead", nil)
			for i := range maxResults + 1 {
				create(t, s, fmt.Sprintf("q%04d", i), attrs{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead.ARN() + `","maxReceiveCount":1}`})
			}
			want := func(p page, n int, more bool) listQueuesOutput {
				t.Helper()
				got, err := list(s, dead, p)
				if err != nil {
					t.Fatal(err)
				}
				if len(got.QueueUrls) != n || (got.NextToken != "") != more {
					t.Fatalf("the page has %d queues and the token %q, want %d", len(got.QueueUrls), got.NextToken, n)
				}
				return got
			}
			all := maxResults
			want(page{}, maxResults, false)
			first := want(page{MaxResults: &all}, maxResults, true)
			if err := deleteQueue(context.Background(), call{queues: s}, &queueInput{first.QueueUrls[maxResults-1]}); err != nil {
				t.Fatal(err)
			}
			want(page{&all, first.NextToken}, 1, false)
			none, many := 0, maxResults+1
			for _, bad := range []page{{&none, ""}, {&many, ""}, {nil, "no token"}} {
				_, err := list(s, dead, bad)
				wantCode(t, err, sqserr.InvalidParameterValue)
			}
		})
	}
}
