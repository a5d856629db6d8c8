package queue

import (
	"context"
	"strings"
	"time"
)

// The actions on queues as such, in the order of their lives. Fields have the
// protocol's names, which are matched by encoding/json.

type createQueueInput struct {
	QueueName  string
	Attributes map[string]string
	Tags       map[string]string `json:"tags"`
}

type queueURLOutput struct{ QueueUrl string }

func createQueue(s *Service, _ context.Context, in *createQueueInput) (any, error) {
	if in.QueueName == "" {
		return nil, missing("QueueName")
	}
	q, err := s.Create(in.QueueName, in.Attributes, in.Tags)
	if err != nil {
		return nil, err
	}
	return queueURLOutput{q.url}, nil
}

func missing(parameter string) error {
	return refuse(codeMissingParameter, "The request must contain the parameter %s.", parameter)
}

type getQueueURLInput struct{ QueueName, QueueOwnerAWSAccountId string }

func getQueueURL(s *Service, _ context.Context, in *getQueueURLInput) (any, error) {
	if in.QueueName == "" {
		return nil, missing("QueueName")
	}
	if owner := in.QueueOwnerAWSAccountId; owner != "" && owner != s.config.AccountID {
		return nil, errNoQueue // all are of one account
	}
	s.enter()
	defer s.leave()
	q, err := s.find(in.QueueName)
	if err != nil {
		return nil, err
	}
	return queueURLOutput{q.url}, nil
}

// queueInput is the input of actions that want a queue alone, and part of the
// others'.
type queueInput struct{ QueueUrl string }

// queue returns the queue of a URL. Its last part alone counts, so that
// containers may reach this service by another name for its host.
func (s *Service) queue(url string) (*Queue, error) {
	if url == "" {
		return nil, missing("QueueUrl")
	}
	name := url[strings.LastIndexByte(url, '/')+1:]
	if name == "" {
		return nil, refuse(codeInvalidAddress, "The address %s is not valid for this endpoint.", url)
	}
	s.enter()
	defer s.leave()
	return s.find(name)
}

func deleteQueue(s *Service, _ context.Context, in *queueInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	now, err := q.enter()
	defer s.leave()
	if err != nil {
		return nil, err
	}
	q.gone = true
	q.stop()
	delete(s.queues, q.name)
	s.deleted[q.name] = now
	s.changed = true
	return nothing{}, nil
}

// purgeInterval is how long a queue cannot be purged again.
const purgeInterval = time.Minute

func purgeQueue(s *Service, _ context.Context, in *queueInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	now, err := q.enter()
	defer s.leave()
	switch {
	case err != nil:
		return nil, err
	case !q.purged.IsZero() && now.Sub(q.purged) < purgeInterval:
		return nil, refuse(codePurging, "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.name)
	}
	q.purged = now
	q.clear()
	return nothing{}, nil
}
