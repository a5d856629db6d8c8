package api

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// maxResults bounds a page of a list, and is its size if none is given.
const maxResults = 1000

type page struct {
	MaxResults *int
	NextToken  string
}

type listQueuesInput struct {
	page
	QueueNamePrefix string
}

type listQueuesOutput struct {
	QueueUrls []string
	NextToken string `json:",omitempty"`
}

func listQueues(_ context.Context, c call, in *listQueuesInput) (out listQueuesOutput, err error) {
	var queues []*queue.Queue
	for _, q := range c.queues.Queues() {
		if strings.HasPrefix(q.Name(), in.QueueNamePrefix) {
			queues = append(queues, q)
		}
	}
	out.QueueUrls, out.NextToken, err = in.of(queues)
	return out, err
}

type listSourcesInput struct {
	queueInput
	page
}

type listSourcesOutput struct {
	QueueUrls []string `json:"queueUrls"`
	NextToken string   `json:",omitempty"`
}

func listDeadLetterSourceQueues(_ context.Context, c call, in *listSourcesInput) (out listSourcesOutput, err error) {
	dead, err := c.queue(in.QueueUrl)
	if err != nil {
		return out, err
	}
	out.QueueUrls, out.NextToken, err = in.of(c.queues.SourceQueues(dead))
	return out, err
}

// of returns the URLs of one page of queues, which are in the order of their
// names, and a token for the next page. The token is the last name, so queues may
// come and go between pages.
func (p page) of(queues []*queue.Queue) (urls []string, next string, err error) {
	size := maxResults
	if p.MaxResults != nil {
		size = *p.MaxResults
	}
	if size < 1 || size > maxResults {
		return nil, "", sqserr.New(sqserr.InvalidParameterValue, "Value %d for parameter MaxResults is invalid. Reason: MaxResults must be between 1 and %d.", size, maxResults)
	}
	last, err := base64.StdEncoding.DecodeString(p.NextToken)
	if err != nil {
		return nil, "", sqserr.New(sqserr.InvalidParameterValue, "Invalid or expired next token.")
	}
	urls = []string{}
	for i, q := range queues {
		if q.Name() <= string(last) {
			continue
		}
		if len(urls) == size {
			if p.MaxResults != nil {
				next = base64.StdEncoding.EncodeToString([]byte(queues[i-1].Name()))
			}
			break
		}
		urls = append(urls, q.URL())
	}
	return urls, next, nil
}
