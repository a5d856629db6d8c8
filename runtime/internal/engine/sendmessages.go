package engine

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
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// sender makes the call SendMessageBatch, and no other. Generating is bound by
// what such a call costs, and the SDK's own costs about half as much again; in a
// small function that is the time of the job. docs/benchmarks.md measures both. It
// uses the SDK's signer, endpoints and HTTP client, and a test holds it against
// the SDK's call, answer by answer.
type sender struct {
	http        sqs.HTTPClient
	signer      *v4.Signer
	credentials aws.CredentialsProvider
	region      string
	endpoint    string
}

// newSender makes a sender that calls where a client with these options would.
func newSender(o sqs.Options) (*sender, error) {
	endpoint, err := sqs.NewDefaultEndpointResolverV2().ResolveEndpoint(context.Background(), sqs.EndpointParameters{
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

// Send makes one SendMessageBatch. A message that the answer does not mention
// counts as not sent.
func (s *sender) Send(ctx context.Context, queue string, messages []*Message) ([]Sent, error) {
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
		return nil, refusedBatch(response, body.Bytes())
	}
	return accepted(body.Bytes(), messages)
}

// request makes a signed request. traceKey is aws-lambda-go's; with the trace's
// header AWS follows an item from function to function.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-tracing.html
func (s *sender) request(ctx context.Context, body []byte) (*http.Request, error) {
	const traceKey = "x-amzn-trace-id"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header["Content-Type"] = []string{"application/x-amz-json-1.0"}
	r.Header["X-Amz-Target"] = []string{"AmazonSQS.SendMessageBatch"}
	r.Header["X-Amzn-Query-Mode"] = []string{"true"} // with the codes of errors that the documentation lists
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

// accepted reads the answer to a batch.
func accepted(body []byte, messages []*Message) ([]Sent, error) {
	var answer struct {
		Successful []struct{ Id, MessageId, MD5OfMessageBody string }
		Failed     []struct {
			Id, Code, Message string
			SenderFault       bool
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("the answer of SQS cannot be read: %w", err)
	}
	sent := make([]Sent, len(messages))
	for i := range sent {
		sent[i].Err = errUnmentioned
	}
	for _, e := range answer.Successful {
		i, ok := index(e.Id, len(sent))
		if !ok || e.MessageId == "" { // an ID is what confirms a message
			continue
		}
		if e.MD5OfMessageBody != "" && e.MD5OfMessageBody != digest(messages[i].Body) {
			return nil, errDigest
		}
		sent[i] = Sent{ID: e.MessageId}
	}
	for _, e := range answer.Failed {
		if i, ok := index(e.Id, len(sent)); ok {
			sent[i] = Sent{Err: entryError(e.Code, e.Message, e.SenderFault)}
		}
	}
	return sent, nil
}

var (
	errUnmentioned = errors.New("the answer of SQS does not mention the message")
	errDigest      = errors.New("SQS received another body than the one that was sent (MD5 digests differ)")
)

func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// index reads an entry's ID back, as appendBatch has written it.
func index(id string, n int) (int, bool) {
	i, err := strconv.Atoi(id)
	return i, err == nil && i >= 0 && i < n && id == strconv.Itoa(i)
}

// refusedBatch is the error of an answer that refuses the whole batch. Where its code
// stands is said by the protocol.
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait
func refusedBatch(response *http.Response, body []byte) error {
	var text struct {
		Code    any    `json:"code"` // some services write a number
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	tooLarge := response.StatusCode == http.StatusRequestEntityTooLarge // said by whatever stands before SQS, in words of its own
	if err := json.Unmarshal(body, &text); err != nil && len(body) > 0 && !tooLarge {
		return fmt.Errorf("SQS answered %s: %s", response.Status, clip(strings.ToValidUTF8(string(body), "\ufffd")))
	}
	code, _, _ := strings.Cut(response.Header.Get("X-Amzn-Query-Error"), ";")
	for _, other := range []any{response.Header.Get("X-Amzn-ErrorType"), text.Type, text.Code, "UnknownError"} {
		if other, _ := other.(string); code == "" {
			code = other
		}
	}
	code = code[strings.IndexByte(code, '#')+1:]
	code, _, _ = strings.Cut(code, ":")
	refused := newSendError(code, text.Message)
	refused.Permanent = refused.Permanent || tooLarge // for as long as it stays as large
	if s := response.StatusCode; s == http.StatusServiceUnavailable || s == http.StatusTooManyRequests {
		refused.Throttled = true
	}
	return refused
}
