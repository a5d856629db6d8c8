package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// queueClient is what the benchmark does to a server. Batches are of ten.
type queueClient interface {
	create(name string) (queue string, err error)
	send(queue string) error
	receive(queue string) (handles []string, err error)
	delete(queue string, handles []string) error
}

const batchOfTen = 10

// hundred is the body of each message.
var hundred = strings.Repeat("x", 100)

// sdkClient is the SDK, as any program has it.
type sdkClient struct{ *sqs.Client }

func newSDKClient(endpoint string, connections int) queueClient {
	return sdkClient{sqs.New(sqs.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		HTTPClient: awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost = connections
		}),
	})}
}

func (c sdkClient) create(name string) (string, error) {
	output, err := c.CreateQueue(context.Background(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		return "", err
	}
	return *output.QueueUrl, nil
}

func (c sdkClient) send(queue string) error {
	entries := make([]types.SendMessageBatchRequestEntry, batchOfTen)
	for i := range entries {
		entries[i] = types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: &hundred}
	}
	output, err := c.SendMessageBatch(context.Background(), &sqs.SendMessageBatchInput{QueueUrl: &queue, Entries: entries})
	if err == nil && len(output.Successful) != batchOfTen {
		err = fmt.Errorf("%d of a batch of ten were accepted", len(output.Successful))
	}
	return err
}

func (c sdkClient) receive(queue string) ([]string, error) {
	output, err := c.ReceiveMessage(context.Background(), &sqs.ReceiveMessageInput{QueueUrl: &queue, MaxNumberOfMessages: batchOfTen})
	if err != nil {
		return nil, err
	}
	handles := make([]string, len(output.Messages))
	for i, m := range output.Messages {
		handles[i] = *m.ReceiptHandle
	}
	return handles, nil
}

func (c sdkClient) delete(queue string, handles []string) error {
	entries := make([]types.DeleteMessageBatchRequestEntry, len(handles))
	for i := range entries {
		entries[i] = types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: &handles[i]}
	}
	output, err := c.DeleteMessageBatch(context.Background(), &sqs.DeleteMessageBatchInput{QueueUrl: &queue, Entries: entries})
	if err == nil && len(output.Successful) != len(handles) {
		err = fmt.Errorf("%d of %d were deleted", len(output.Successful), len(handles))
	}
	return err
}
