package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

// client is SQS by way of AWS's SDK, except for the one call that has to be
// quick.
type client struct {
	*sender
	sqs *sqs.Client
}

// NewSQS makes a client from the environment of a function. The SDK's own
// loader of configuration would cost cold start and look for files that no
// function has.
func NewSQS(getenv func(string) string) (SQS, error) {
	endpoint := firstOf(getenv, "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL")
	options := sqs.Options{
		Region:      firstOf(getenv, "AWS_REGION", "AWS_DEFAULT_REGION"),
		Credentials: credentials(getenv),
		Retryer:     aws.NopRetryer{}, // the outbox retries, entry by entry
		HTTPClient: awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConnsPerHost = maxCalls
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
		return nil, errors.New("AWS_REGION is not set: Lambda sets it in every function")
	case options.Region == "":
		options.Region = "us-east-1" // only signed with, not resolved
	}
	sender, err := newSender(options)
	if err != nil {
		return nil, err
	}
	return &client{sender, sqs.New(options)}, nil
}

func firstOf(getenv func(string) string, names ...string) string {
	for _, name := range names {
		if value := getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// credentials are those of the function's role. Without any, requests are not
// signed, which a local endpoint may accept.
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

// Return makes one ChangeMessageVisibilityBatch.
func (c *client) Return(ctx context.Context, queue string, messages []Return) error {
	entries := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(messages))
	for i, m := range messages {
		entries[i] = types.ChangeMessageVisibilityBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), ReceiptHandle: aws.String(m.Receipt), VisibilityTimeout: m.After,
		}
	}
	output, err := c.sqs.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &queue, Entries: entries})
	if err != nil {
		return classify(err)
	}
	if n := len(output.Failed); n > 0 {
		f := output.Failed[0]
		return fmt.Errorf("%d of %d items: %w", n, len(messages), entryError(aws.ToString(f.Code), aws.ToString(f.Message), f.SenderFault))
	}
	return nil
}

// classify makes a SendError of an error that SQS answered with. All others,
// such as a connection that was cut or an answer that cannot be read, stay as
// they are: the call may succeed next time.
func classify(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return err
	}
	return newSendError(api.ErrorCode(), api.ErrorMessage())
}

func newSendError(code, message string) *SendError {
	return &SendError{
		Code: code, Message: message, Permanent: has(permanent, code), Queue: has(aboutQueue, code),
		Throttled: strings.Contains(code, "Throttl") || strings.Contains(code, "OverLimit"),
	}
}

// entryError is why one message of a batch was refused.
func entryError(code, message string, senderFault bool) error {
	err := newSendError(code, message)
	err.Permanent = err.Permanent || senderFault && !err.Throttled
	return err
}

// Codes of SQS that do not go away. A code that is in neither list is tried
// again until the deadline.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
const (
	permanent = " InvalidMessageContents InvalidParameterValue InvalidParameterCombination MissingParameter " +
		"InvalidAttributeName InvalidAttributeValue BatchRequestTooLong InvalidBatchEntryId ValidationError ValidationException "
	aboutQueue = " QueueDoesNotExist AWS.SimpleQueueService.NonExistentQueue InvalidAddress AccessDenied AccessDeniedException " +
		"InvalidSecurity UnsupportedOperation AWS.SimpleQueueService.UnsupportedOperation InvalidClientTokenId " +
		"UnrecognizedClientException KmsAccessDenied KMS.AccessDeniedException KmsDisabled KMS.DisabledException " +
		"KmsNotFound KMS.NotFoundException KmsInvalidState KMS.InvalidStateException KmsInvalidKeyUsage KMS.InvalidKeyUsageException KmsOptInRequired KMS.OptInRequired "
)

func has(list, code string) bool {
	return code != "" && strings.Contains(list, " "+code[strings.LastIndexByte(code, '#')+1:]+" ")
}
