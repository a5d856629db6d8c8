package queue

import (
	"context"
	"fmt"
	"testing"
)

// pages are the lists that come in pages, each of the same queues.
var pages = map[string]func(s *Service, dead *Queue, p page) (any, error){
	"ListQueues": func(s *Service, _ *Queue, p page) (any, error) {
		return listQueues(s, context.Background(), &listQueuesInput{p, "q"})
	},
	"ListDeadLetterSourceQueues": func(s *Service, dead *Queue, p page) (any, error) {
		out, err := listDeadLetterSourceQueues(s, context.Background(), &listSourcesInput{queueInput{dead.url}, p})
		if sources, ok := out.(listSourcesOutput); ok {
			return listQueuesOutput(sources), err
		}
		return nil, err
	},
}

// TestPages: a token comes only where a page's size was asked for, and leads on
// although the queue that it names has gone.
func TestPages(t *testing.T) {
	t.Parallel()
	for name, list := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService()
			dead := create(t, s, "dead", nil)
			for i := range maxResults + 1 {
				create(t, s, fmt.Sprintf("q%04d", i), attrs{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead.arn + `","maxReceiveCount":1}`})
			}
			want := func(p page, n int, more bool) listQueuesOutput {
				t.Helper()
				out, err := list(s, dead, p)
				if err != nil {
					t.Fatal(err)
				}
				got := out.(listQueuesOutput)
				if len(got.QueueUrls) != n || (got.NextToken != "") != more {
					t.Fatalf("the page has %d queues and the token %q, want %d", len(got.QueueUrls), got.NextToken, n)
				}
				return got
			}
			all := maxResults
			want(page{}, maxResults, false)
			first := want(page{MaxResults: &all}, maxResults, true)
			if _, err := deleteQueue(s, context.Background(), &queueInput{first.QueueUrls[maxResults-1]}); err != nil {
				t.Fatal(err)
			}
			want(page{&all, first.NextToken}, 1, false)
			none, many := 0, maxResults+1
			for _, bad := range []page{{&none, ""}, {&many, ""}, {nil, "no token"}} {
				_, err := list(s, dead, bad)
				wantCode(t, err, codeInvalidParameter)
			}
		})
	}
}
