package api

import (
	"context"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// The actions on a queue's attributes and tags.

type getQueueAttributesInput struct {
	queueInput
	AttributeNames []string
}

type attributesOutput struct{ Attributes map[string]string }

func getQueueAttributes(_ context.Context, c call, in *getQueueAttributesInput) (out attributesOutput, err error) {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return out, err
	}
	all, err := q.Attributes()
	if err != nil {
		return out, err
	}
	out.Attributes = map[string]string{}
	for _, name := range in.AttributeNames {
		if name == "All" {
			return attributesOutput{all}, nil
		}
		if value, ok := all[name]; ok {
			out.Attributes[name] = value
		} else if !queue.IsQueueAttribute(name) {
			return out, sqserr.New(sqserr.InvalidAttributeName, "Unknown Attribute %s.", name)
		}
	}
	return out, nil
}

type setQueueAttributesInput struct {
	queueInput
	Attributes map[string]string
}

func setQueueAttributes(_ context.Context, c call, in *setQueueAttributesInput) error {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return err
	}
	if len(in.Attributes) == 0 {
		return sqserr.Missing("Attributes")
	}
	return q.SetAttributes(in.Attributes)
}

type tagQueueInput struct {
	queueInput
	Tags map[string]string
}

func tagQueue(_ context.Context, c call, in *tagQueueInput) error {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return err
	}
	if len(in.Tags) == 0 {
		return sqserr.Missing("Tags")
	}
	return q.Tag(in.Tags)
}

type untagQueueInput struct {
	queueInput
	TagKeys []string
}

func untagQueue(_ context.Context, c call, in *untagQueueInput) error {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return err
	}
	if len(in.TagKeys) == 0 {
		return sqserr.Missing("TagKeys")
	}
	return q.Untag(in.TagKeys...)
}

type tagsOutput struct{ Tags map[string]string }

func listQueueTags(_ context.Context, c call, in *queueInput) (out tagsOutput, err error) {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return out, err
	}
	out.Tags, err = q.Tags()
	return out, err
}
