package api

import (
	"context"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

type createQueueInput struct {
	QueueName  string
	Attributes map[string]string
	Tags       map[string]string `json:"tags"`
}

type queueURLOutput struct{ QueueUrl string }

func createQueue(_ context.Context, c call, in *createQueueInput) (out queueURLOutput, err error) {
	if in.QueueName == "" {
		return out, sqserr.Missing("QueueName")
	}
	q, err := c.queues.Create(in.QueueName, in.Attributes, in.Tags)
	if err != nil {
		return out, err
	}
	return queueURLOutput{q.URL()}, nil
}

type getQueueURLInput struct{ QueueName, QueueOwnerAWSAccountId string }

func getQueueURL(_ context.Context, c call, in *getQueueURLInput) (out queueURLOutput, err error) {
	if in.QueueName == "" {
		return out, sqserr.Missing("QueueName")
	}
	if owner := in.QueueOwnerAWSAccountId; owner != "" && owner != c.queues.Config().AccountID {
		return out, sqserr.New(sqserr.QueueDoesNotExist, "The specified queue does not exist.") // all are of one account
	}
	q, err := c.queues.Find(in.QueueName)
	if err != nil {
		return out, err
	}
	return queueURLOutput{q.URL()}, nil
}

func deleteQueue(_ context.Context, c call, in *queueInput) error {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return err
	}
	return c.queues.Delete(q)
}

func purgeQueue(_ context.Context, c call, in *queueInput) error {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return err
	}
	return q.Purge()
}
