package queue

import (
	"context"
	"maps"
	"strconv"
	"time"
)

// The actions on a queue's attributes and tags.

type getQueueAttributesInput struct {
	queueInput
	AttributeNames []string
}

type attributesOutput struct{ Attributes map[string]string }

func getQueueAttributes(s *Service, _ context.Context, in *getQueueAttributesInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	_, err = q.enter()
	defer s.leave()
	if err != nil {
		return nil, err
	}
	all := q.allAttributes()
	out := map[string]string{}
	for _, name := range in.AttributeNames {
		if name == "All" {
			return attributesOutput{all}, nil
		}
		if value, ok := all[name]; ok {
			out[name] = value
		} else if _, ok := settable[name]; !ok {
			return nil, refuse(codeAttributeName, "Unknown Attribute %s.", name)
		}
	}
	return attributesOutput{out}, nil
}

// allAttributes are those that were set and those that SQS itself sets.
func (q *Queue) allAttributes() map[string]string {
	all := maps.Clone(q.attributes)
	n := q.stats()
	all["QueueArn"] = q.arn
	all["ApproximateNumberOfMessages"] = strconv.Itoa(n.Visible)
	all["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(n.InFlight)
	all["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(n.Delayed)
	all["CreatedTimestamp"] = unixSeconds(q.created)
	all["LastModifiedTimestamp"] = unixSeconds(q.modified)
	return all
}

func unixSeconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

type setQueueAttributesInput struct {
	queueInput
	Attributes map[string]string
}

func setQueueAttributes(s *Service, _ context.Context, in *setQueueAttributesInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if len(in.Attributes) == 0 {
		return nil, missing("Attributes")
	}
	now, err := q.enter()
	defer s.leave()
	if err != nil {
		return nil, err
	}
	return nothing{}, q.reconfigure(in.Attributes, now)
}

type tagQueueInput struct {
	queueInput
	Tags map[string]string
}

func tagQueue(s *Service, _ context.Context, in *tagQueueInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if len(in.Tags) == 0 {
		return nil, missing("Tags")
	}
	s.enter()
	defer s.leave()
	return nothing{}, q.tag(in.Tags)
}

type untagQueueInput struct {
	queueInput
	TagKeys []string
}

func untagQueue(s *Service, _ context.Context, in *untagQueueInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if len(in.TagKeys) == 0 {
		return nil, missing("TagKeys")
	}
	s.enter()
	defer s.leave()
	for _, key := range in.TagKeys {
		delete(q.tags, key)
	}
	return nothing{}, nil
}

type tagsOutput struct{ Tags map[string]string }

func listQueueTags(s *Service, _ context.Context, in *queueInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	s.enter()
	defer s.leave()
	return tagsOutput{maps.Clone(q.tags)}, nil
}
