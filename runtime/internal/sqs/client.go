package sqs

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Client is a client of SQS. It uses the AWS SDK, except for SendMessageBatch, which must
// be fast. Its methods may be called concurrently.
type Client struct {
	sender *sender
	sdk    *awssqs.Client
}

// New returns a client for the region, the credentials and the endpoint in the
// environment of a function. It does not use the SDK's configuration loader, which
// would slow down cold starts and look for files that functions do not have.
//
// connections is the maximum number of open connections; set it to the maximum number
// of concurrent calls. The error names the setting that is missing or not supported.
func New(getenv func(string) string, connections int) (*Client, error) {
	endpoint := firstOf(getenv, "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL")
	options := awssqs.Options{
		Region:      firstOf(getenv, "AWS_REGION", "AWS_DEFAULT_REGION"),
		Credentials: credentials(getenv),
		Retryer:     aws.NopRetryer{}, // callers retry single messages
		HTTPClient: awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost = connections
		}),
	}
	if getenv("AWS_USE_FIPS_ENDPOINT") == "true" {
		options.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
	}
	if getenv("AWS_USE_DUALSTACK_ENDPOINT") == "true" {
		options.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
	}
	if endpoint != "" {
		options.BaseEndpoint = &endpoint
	}
	switch {
	case options.Region == "" && endpoint == "":
		return nil, errors.New("AWS_REGION is not set; Lambda sets it, set it yourself outside Lambda")
	case options.Region == "":
		options.Region = "us-east-1" // only for signing, not for the endpoint
	}
	sender, err := newSender(options)
	if err != nil {
		return nil, err
	}
	return &Client{sender, awssqs.New(options)}, nil
}

func firstOf(getenv func(string) string, names ...string) string {
	for _, name := range names {
		if value := getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// credentials returns the credentials of the function's role. Without credentials,
// requests are not signed, which a local endpoint may accept.
func credentials(getenv func(string) string) aws.CredentialsProvider {
	c := aws.Credentials{
		AccessKeyID: getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: getenv("AWS_SESSION_TOKEN"), Source: "environment",
	}
	if !c.HasKeys() {
		return aws.AnonymousCredentials{}
	}
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil })
}

// ChangeVisibility makes up to ten received messages of a queue visible again after
// their delays, with one ChangeMessageVisibilityBatch call. queue is a URL. If some
// messages could not be changed, the error has their number and the first reason.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
func (c *Client) ChangeVisibility(ctx context.Context, queue string, changes []VisibilityChange) error {
	entries := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(changes))
	for i, change := range changes {
		entries[i] = types.ChangeMessageVisibilityBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(change.ReceiptHandle), VisibilityTimeout: change.Seconds,
		}
	}
	output, err := c.sdk.ChangeMessageVisibilityBatch(ctx, &awssqs.ChangeMessageVisibilityBatchInput{QueueUrl: &queue, Entries: entries})
	if err != nil {
		return classify(err)
	}
	if n := len(output.Failed); n > 0 {
		f := output.Failed[0]
		return fmt.Errorf("%d of %d items: %w", n, len(changes), entryError(aws.ToString(f.Code), aws.ToString(f.Message), f.SenderFault))
	}
	return nil
}
