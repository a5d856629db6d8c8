package sqs

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serverless-star/starjob/runtime/wire"
)

// Send sends up to ten messages to a queue with one SendMessageBatch call. queue is a
// URL. Send returns an error if no message is known to have been sent, and otherwise
// one Result per message, in order. A message counts as sent only if the response has
// an ID for it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
func (c *Client) Send(ctx context.Context, queue string, messages []*Message) ([]Result, error) {
	return c.sender.send(ctx, queue, messages)
}

// sender makes SendMessageBatch calls. Their cost bounds how fast a job generates items,
// which in a small function can dominate the job's duration. A call of the SDK costs
// about half as much again; docs/benchmarks.md measures both. The sender uses the
// SDK's signer, endpoints and HTTP client, and a test compares its results with those
// of the SDK for each kind of response.
type sender struct {
	http        awssqs.HTTPClient
	signer      *v4.Signer
	credentials aws.CredentialsProvider
	region      string
	endpoint    string
}

// newSender returns a sender that uses the same endpoint and credentials as a client of
// the SDK with these options.
func newSender(o awssqs.Options) (*sender, error) {
	endpoint, err := awssqs.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(), awssqs.EndpointParameters{
		Region: &o.Region, Endpoint: o.BaseEndpoint,
		UseFIPS:      aws.Bool(o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		UseDualStack: aws.Bool(o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
	})
	if err != nil {
		return nil, fmt.Errorf("SQS has no endpoint for region %s with these settings: %w", o.Region, err)
	}
	if endpoint.URI.Path == "" {
		endpoint.URI.Path = "/"
	}
	return &sender{o.HTTPClient, v4.NewSigner(), o.Credentials, o.Region, endpoint.URI.String()}, nil
}

func (s *sender) send(ctx context.Context, queue string, messages []*Message) ([]Result, error) {
	request, err := s.request(ctx, appendBatch(nil, queue, messages))
	if err != nil {
		return nil, err
	}
	response, err := s.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var body bytes.Buffer
	if response.ContentLength > 0 {
		body.Grow(int(min(response.ContentLength, 64<<10)) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(response.Body); err != nil {
		return nil, fmt.Errorf("cannot read the response of SQS: %w", err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, batchError(response, body.Bytes())
	}
	return resultsOf(body.Bytes(), messages)
}

// request returns a signed request. traceKey is the context key of aws-lambda-go. With
// the trace header, AWS X-Ray can trace an item from function to function.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-tracing.html
func (s *sender) request(ctx context.Context, body []byte) (*http.Request, error) {
	const traceKey = "x-amzn-trace-id"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header["Content-Type"] = []string{"application/x-amz-json-1.0"}
	r.Header["X-Amz-Target"] = []string{"AmazonSQS.SendMessageBatch"}
	r.Header["X-Amzn-Query-Mode"] = []string{"true"} // makes SQS return the error codes that its documentation lists
	r.Header["User-Agent"] = []string{"starjob"}
	if trace, _ := ctx.Value(traceKey).(string); trace != "" {
		r.Header["X-Amzn-Trace-Id"] = []string{trace}
	}
	if aws.IsCredentialsProvider(s.credentials, aws.AnonymousCredentials{}) {
		return r, nil
	}
	keys, err := s.credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(body)
	return r, s.signer.SignHTTP(ctx, keys, r, hex.EncodeToString(hash[:]), "sqs", s.region, time.Now())
}

// resultsOf reads the response to a batch.
func resultsOf(body []byte, messages []*Message) ([]Result, error) {
	var response struct {
		Successful []struct{ Id, MessageId, MD5OfMessageBody string }
		Failed     []struct {
			Id, Code, Message string
			SenderFault       bool
		}
	}
	if err := json.Unmarshal(body, &response); err != nil {
		return nil, fmt.Errorf("cannot read the response of SQS: %w", err)
	}
	results := make([]Result, len(messages))
	for i := range results {
		results[i].Err = errUnmentioned
	}
	for _, e := range response.Successful {
		i, ok := index(e.Id, len(results))
		if !ok || e.MessageId == "" { // only an ID confirms a message
			continue
		}
		if e.MD5OfMessageBody != "" && e.MD5OfMessageBody != digest(messages[i].Body) {
			return nil, errDigest
		}
		results[i] = Result{ID: e.MessageId}
	}
	for _, e := range response.Failed {
		if i, ok := index(e.Id, len(results)); ok {
			results[i] = Result{Err: entryError(e.Code, e.Message, e.SenderFault)}
		}
	}
	return results, nil
}

var (
	errUnmentioned = errors.New("the response of SQS does not mention the message")
	errDigest      = errors.New("SQS received a different body (the MD5 digests differ)")
)

func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// index returns the index of an entry from its ID, which appendBatch has written.
func index(id string, n int) (int, bool) {
	i, err := strconv.Atoi(id)
	return i, err == nil && i >= 0 && i < n && id == strconv.Itoa(i)
}

// maxQuoted bounds the bytes of a response that an error quotes.
const maxQuoted = 1000

// batchError returns the error of a response that refuses the entire batch. The protocol
// defines the location of the error code.
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait
func batchError(response *http.Response, body []byte) error {
	var answer struct {
		Code    any    `json:"code"` // some services write a number
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	tooLarge := response.StatusCode == http.StatusRequestEntityTooLarge // the response of a proxy in front of SQS, which need not be JSON
	if err := json.Unmarshal(body, &answer); err != nil && len(body) > 0 && !tooLarge {
		return fmt.Errorf("SQS returned %s: %s", response.Status, wire.Truncate(strings.ToValidUTF8(string(body), "\ufffd"), maxQuoted))
	}
	code, _, _ := strings.Cut(response.Header.Get("X-Amzn-Query-Error"), ";")
	for _, other := range []any{response.Header.Get("X-Amzn-ErrorType"), answer.Type, answer.Code, "UnknownError"} {
		if other, _ := other.(string); code == "" {
			code = other
		}
	}
	code = code[strings.IndexByte(code, '#')+1:]
	code, _, _ = strings.Cut(code, ":")
	refused := newError(code, answer.Message)
	refused.Permanent = refused.Permanent || tooLarge // the same batch would be refused again
	if s := response.StatusCode; s == http.StatusServiceUnavailable || s == http.StatusTooManyRequests {
		refused.Throttled = true
	}
	return refused
}
