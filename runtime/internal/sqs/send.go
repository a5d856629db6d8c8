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

// Send sends up to ten messages to a queue, given by its URL, with one
// SendMessageBatch. It returns an error if nothing is known to have been sent,
// and otherwise one Result per message, in order. A message that the response
// does not confirm by an ID counts as not sent.
func (c *Client) Send(ctx context.Context, queue string, messages []*Message) ([]Result, error) {
	return c.sender.send(ctx, queue, messages)
}

// sender makes the call SendMessageBatch, and no other. Generating is bound by
// what such a call costs, and the SDK's own costs about half as much again; in a
// small function that is the time of the job. docs/benchmarks.md measures both. It
// uses the SDK's signer, endpoints and HTTP client, and a test compares it with
// the SDK's call, response by response.
type sender struct {
	http        awssqs.HTTPClient
	signer      *v4.Signer
	credentials aws.CredentialsProvider
	region      string
	endpoint    string
}

// newSender makes a sender that calls where a client with these options would.
func newSender(o awssqs.Options) (*sender, error) {
	endpoint, err := awssqs.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(), awssqs.EndpointParameters{
		Region: &o.Region, Endpoint: o.BaseEndpoint,
		UseFIPS:      aws.Bool(o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		UseDualStack: aws.Bool(o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
	})
	if err != nil {
		return nil, fmt.Errorf("SQS has no endpoint for the region %s and these settings: %w", o.Region, err)
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
		return nil, fmt.Errorf("the answer of SQS could not be read: %w", err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return nil, batchError(response, body.Bytes())
	}
	return resultsOf(body.Bytes(), messages)
}

// request makes a signed request. traceKey is aws-lambda-go's; the trace header
// lets AWS X-Ray follow an item from function to function.
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
		return nil, fmt.Errorf("the answer of SQS cannot be read: %w", err)
	}
	results := make([]Result, len(messages))
	for i := range results {
		results[i].Err = errUnmentioned
	}
	for _, e := range response.Successful {
		i, ok := index(e.Id, len(results))
		if !ok || e.MessageId == "" { // an ID is what confirms a message
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
	errUnmentioned = errors.New("the answer of SQS does not mention the message")
	errDigest      = errors.New("SQS received another body than the one that was sent (MD5 digests differ)")
)

func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// index reads the ID of an entry, as appendBatch has written it.
func index(id string, n int) (int, bool) {
	i, err := strconv.Atoi(id)
	return i, err == nil && i >= 0 && i < n && id == strconv.Itoa(i)
}

// maxQuoted bounds the bytes of a response that an error quotes.
const maxQuoted = 1000

// batchError is the error of a response that refuses the whole batch. The
// protocol defines where its code is.
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
		return fmt.Errorf("SQS answered %s: %s", response.Status, wire.Truncate(strings.ToValidUTF8(string(body), "\ufffd"), maxQuoted))
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
	refused.Permanent = refused.Permanent || tooLarge // as long as it has the same size
	if s := response.StatusCode; s == http.StatusServiceUnavailable || s == http.StatusTooManyRequests {
		refused.Throttled = true
	}
	return refused
}
