package queue

import (
	"context"
	"encoding/json"
	"slices"
)

// The actions on a queue's permissions. They edit its attribute Policy, which
// is kept and not enforced.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html

type addPermissionInput struct {
	queueInput
	Label         string
	AWSAccountIds []string
	Actions       []string
}

func addPermission(s *Service, _ context.Context, in *addPermissionInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nothing{}, s.editPolicy(in.QueueUrl, func(q *Queue, p *policy) error {
		if p.Statement.index(in.Label) >= 0 {
			return refuse(codeInvalidParameter, "Value %s for parameter Label is invalid. Reason: Already exists.", in.Label)
		}
		if len(p.Statement) >= maxStatements {
			return refuse(codeOverLimit, "The queue has %d permissions already.", len(p.Statement))
		}
		statement, err := json.Marshal(in.permission(q.arn))
		p.Statement = append(p.Statement, statement)
		return err
	})
}

func (in *addPermissionInput) permission(arn string) permission {
	p := permission{Sid: in.Label, Effect: "Allow", Resource: arn}
	for _, id := range in.AWSAccountIds {
		p.Principal.AWS = append(p.Principal.AWS, "arn:aws:iam::"+id+":root")
	}
	for _, name := range in.Actions {
		p.Action = append(p.Action, "SQS:"+name)
	}
	return p
}

type removePermissionInput struct {
	queueInput
	Label string
}

func removePermission(s *Service, _ context.Context, in *removePermissionInput) (any, error) {
	if in.Label == "" {
		return nil, missing("Label")
	}
	return nothing{}, s.editPolicy(in.QueueUrl, func(_ *Queue, p *policy) error {
		i := p.Statement.index(in.Label)
		if i < 0 {
			return refuse(codeInvalidParameter, "Value %s for parameter Label is invalid. Reason: can't find label.", in.Label)
		}
		p.Statement = slices.Delete(p.Statement, i, i+1)
		return nil
	})
}

// editPolicy changes a queue's policy, and takes away one that says nothing any
// more.
func (s *Service) editPolicy(url string, edit func(*Queue, *policy) error) error {
	q, err := s.queue(url)
	if err != nil {
		return err
	}
	now, err := q.enter()
	defer s.leave()
	if err != nil {
		return err
	}
	p := policy{Version: "2008-10-17", ID: q.arn + "/SQSDefaultPolicy"}
	if text := q.attributes["Policy"]; text != "" {
		p.ID = ""
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			return refuse(codeAttributeValue, "Invalid value for the parameter Policy: the queue's policy is no JSON document: %v", err)
		}
	}
	if err := edit(q, &p); err != nil {
		return err
	}
	text := ""
	if len(p.Statement) > 0 {
		b, err := json.Marshal(p)
		if err != nil {
			return err
		}
		text = string(b)
	}
	return q.reconfigure(map[string]string{"Policy": text}, now)
}
