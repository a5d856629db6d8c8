package queue

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
)

// maxResults bounds a page of a list, and is its size where none is given.
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

func listQueues(s *Service, _ context.Context, in *listQueuesInput) (any, error) {
	urls, next, err := s.list(in.page, func(q *Queue) bool { return strings.HasPrefix(q.name, in.QueueNamePrefix) })
	if err != nil {
		return nil, err
	}
	return listQueuesOutput{urls, next}, nil
}

type listSourcesInput struct {
	queueInput
	page
}

type listSourcesOutput struct {
	QueueUrls []string `json:"queueUrls"`
	NextToken string   `json:",omitempty"`
}

func listDeadLetterSourceQueues(s *Service, _ context.Context, in *listSourcesInput) (any, error) {
	dead, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	urls, next, err := s.list(in.page, func(q *Queue) bool {
		return q.settings.redrive.DeadLetterTargetArn == dead.arn
	})
	if err != nil {
		return nil, err
	}
	return listSourcesOutput{urls, next}, nil
}

// list returns one page of queues' URLs in the order of their names, and a
// token for the next. The token is the last name, so queues may come and go
// between pages.
func (s *Service) list(p page, wanted func(*Queue) bool) (urls []string, next string, err error) {
	most := maxResults
	if p.MaxResults != nil {
		most = *p.MaxResults
	}
	if most < 1 || most > maxResults {
		return nil, "", refuse(codeInvalidParameter, "Value %d for parameter MaxResults is invalid. Reason: MaxResults must be between 1 and %d.", most, maxResults)
	}
	after, err := base64.StdEncoding.DecodeString(p.NextToken)
	if err != nil {
		return nil, "", refuse(codeInvalidParameter, "Invalid or expired next token.")
	}
	queues := s.after(string(after), wanted)
	if p.MaxResults != nil && len(queues) > most {
		next = base64.StdEncoding.EncodeToString([]byte(queues[most-1].name))
	}
	urls = []string{}
	for _, q := range queues[:min(most, len(queues))] {
		urls = append(urls, q.url)
	}
	return urls, next, nil
}

// after returns the wanted queues whose names come after one.
func (s *Service) after(name string, wanted func(*Queue) bool) []*Queue {
	s.enter()
	defer s.leave()
	var queues []*Queue
	for _, q := range s.queues {
		if q.name > name && wanted(q) {
			queues = append(queues, q)
		}
	}
	slices.SortFunc(queues, func(a, b *Queue) int { return strings.Compare(a.name, b.name) })
	return queues
}
