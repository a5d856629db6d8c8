package sqs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// sendBySDK is Send, made with the SDK's own SendMessageBatch.
func sendBySDK(ctx context.Context, c *awssqs.Client, queue string, messages []*Message) ([]Result, error) {
	entries := make([]types.SendMessageBatchRequestEntry, len(messages))
	for i, m := range messages {
		entries[i] = sdkEntry(i, m)
	}
	output, err := c.SendMessageBatch(ctx, &awssqs.SendMessageBatchInput{QueueUrl: &queue, Entries: entries})
	if err != nil {
		return nil, classify(err)
	}
	sent := make([]Result, len(messages))
	for i := range sent {
		sent[i].Err = errUnmentioned
	}
	for _, s := range output.Successful {
		if i, ok := index(aws.ToString(s.Id), len(sent)); ok {
			sent[i] = Result{ID: aws.ToString(s.MessageId)}
		}
	}
	for _, f := range output.Failed {
		if i, ok := index(aws.ToString(f.Id), len(sent)); ok {
			sent[i] = Result{Err: entryError(aws.ToString(f.Code), aws.ToString(f.Message), f.SenderFault)}
		}
	}
	return sent, nil
}

func sdkEntry(i int, m *Message) types.SendMessageBatchRequestEntry {
	e := types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: &m.Body, DelaySeconds: m.Delay}
	if m.Group != "" {
		e.MessageGroupId = &m.Group
	}
	if m.Deduplication != "" {
		e.MessageDeduplicationId = &m.Deduplication
	}
	for _, a := range m.Attributes {
		value := types.MessageAttributeValue{DataType: aws.String(a.Type)}
		if a.Binary != nil {
			value.BinaryValue = a.Binary
		} else {
			value.StringValue = aws.String(a.Value)
		}
		if e.MessageAttributes == nil {
			e.MessageAttributes = map[string]types.MessageAttributeValue{}
		}
		e.MessageAttributes[a.Name] = value
	}
	return e
}

// TestSendIsTheSDKsCall sends the same messages with both calls, and compares the requests
// that the service receives.
func TestSendIsTheSDKsCall(t *testing.T) {
	for _, name := range []string{"AWS_LAMBDA_FUNCTION_NAME", "_X_AMZN_TRACE_ID"} {
		t.Setenv(name, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
	}
	type call struct {
		input   any
		headers http.Header
		path    string
	}
	var calls []call
	c := serve(t, true, func(body string, w http.ResponseWriter, r *http.Request) {
		var input any
		if err := json.Unmarshal([]byte(body), &input); err != nil {
			t.Errorf("%v: %s", err, body)
		}
		calls = append(calls, call{input, r.Header, r.Method + r.URL.Path})
		respond(w, 200, `{}`)
	})
	ctx := context.WithValue(t.Context(), traceKey(), "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
	messages := []*Message{
		{Body: "\"a \\\"quote\\\", ü, 🚀\"\t\r\n<&>\u2028\u007f", Delay: 900, Group: "g", Deduplication: "d"},
		{Body: "{}", Attributes: []Attribute{{Name: "n", Type: "Number", Value: "1"}, {Name: "b", Type: "Binary.x", Binary: []byte{0, 255}}, {Name: "e", Type: "String", Value: "\x01 is \xff"}}},
	}
	for _, send := range []func() ([]Result, error){
		func() ([]Result, error) { return c.Send(ctx, sinkQueue, messages) },
		func() ([]Result, error) { return sendBySDK(ctx, c.sdk, sinkQueue, messages) },
	} {
		if _, err := send(); err != nil {
			t.Fatal(err)
		}
	}
	ours, theirs := calls[0], calls[1]
	if !reflect.DeepEqual(ours.input, theirs.input) || ours.path != theirs.path {
		t.Errorf("%s %v\nthe SDK sends\n%s %v", ours.path, ours.input, theirs.path, theirs.input)
	}
	for _, name := range []string{"Content-Type", "X-Amz-Target", "X-Amzn-Query-Mode", "X-Amz-Security-Token", "X-Amzn-Trace-Id"} {
		if got, want := ours.headers.Get(name), theirs.headers.Get(name); got != want || want == "" {
			t.Errorf("%s is %q, the SDK sends %q", name, got, want)
		}
	}
	scope := func(h http.Header) string { s, _, _ := strings.Cut(h.Get("Authorization"), ", "); return s }
	if scope(ours.headers) != scope(theirs.headers) || !strings.Contains(ours.headers.Get("Authorization"), "x-amz-target") {
		t.Errorf("signed %q, the SDK signs %q", ours.headers.Get("Authorization"), theirs.headers.Get("Authorization"))
	}
}

// TestAnswersMeanWhatTheSDKReads gives both calls the same responses.
func TestAnswersMeanWhatTheSDKReads(t *testing.T) {
	t.Parallel()
	type answer struct {
		status  int
		headers []string
		body    string
	}
	var given answer
	c := serve(t, true, func(_ string, w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(given.headers); i += 2 {
			w.Header().Set(given.headers[i], given.headers[i+1])
		}
		if given.status == 0 { // cut the connection
			panic(http.ErrAbortHandler)
		}
		respond(w, given.status, given.body)
	})
	const query = "x-amzn-query-error"
	for _, given = range []answer{
		{200, nil, `{"Successful":[{"Id":"0","MessageId":"a","MD5OfMessageBody":"c4ca4238a0b923820dcc509a6f75849b"},{"Id":"1","MessageId":"b"}],"Failed":[{"Id":"2","Code":"InternalError","Message":"m","SenderFault":false}]}`},
		{200, nil, `{"Successful":[{"Id":"0","MessageId":"a","MD5OfMessageBody":"00000000000000000000000000000000"}]}`},
		{200, nil, `{"Successful":null,"Failed":[{"Id":"2","Code":"InvalidMessageContents","SenderFault":true}],"More":{"a":[1]}}`},
		{200, nil, `{"Successful":[{"Id":"0"`},
		{200, nil, `<html>`},
		{400, nil, `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"text"}`},
		{400, []string{query, "AWS.SimpleQueueService.NonExistentQueue;Sender"}, `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"text"}`},
		{400, []string{query, "AWS.SimpleQueueService.BatchRequestTooLong;Sender"}, `{"__type":"com.amazonaws.sqs#BatchRequestTooLong"}`},
		{400, []string{"X-Amzn-ErrorType", "RequestThrottled:http://internal"}, `{"message":"text"}`},
		{403, nil, `{"__type":"AccessDeniedException","Message":"text"}`},
		{400, nil, `{"code":"OverLimit","message":"text"}`},
		{400, nil, `{"code":17,"__type":"OverLimit","message":"text"}`},
		{500, nil, ``},
		{503, nil, `{}`},
		{502, nil, `<html>bad gateway</html>`},
		{0, nil, ``},
	} {
		ours, ourErr := c.Send(t.Context(), sinkQueue, three())
		theirs, theirErr := sendBySDK(t.Context(), c.sdk, sinkQueue, three())
		if got, want := meaning(ours, ourErr), meaning(theirs, theirErr); got != want {
			t.Errorf("%+v is read as\n%s\nand by the SDK as\n%s", given, got, want)
		}
	}
}

// meaning is how a caller understands a result.
func meaning(sent []Result, err error) string {
	of := func(err error) string {
		var e *Error
		switch {
		case errors.As(err, &e) && e.Code == "UnknownError":
			return "unknown" // the SDK invents a text
		case e != nil:
			return fmt.Sprintf("%+v", *e)
		}
		return fmt.Sprint(err != nil)
	}
	text := of(err)
	for _, s := range sent {
		text += "\n" + s.ID + " " + of(s.Err)
	}
	return text
}

func TestSenderCallsWhereTheSDKWould(t *testing.T) {
	t.Parallel()
	for _, variables := range []map[string]string{
		{"AWS_REGION": "eu-west-1"}, {"AWS_REGION": "cn-north-1"}, {"AWS_REGION": "us-gov-west-1", "AWS_USE_FIPS_ENDPOINT": "true"},
		{"AWS_REGION": "eu-west-1", "AWS_USE_DUALSTACK_ENDPOINT": "true"}, {"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com"},
	} {
		c, err := New(env(variables), 1)
		if err != nil {
			t.Fatal(err)
		}
		options := c.sdk.Options()
		hosts := &hosts{}
		options.HTTPClient, c.sender.http = hosts, hosts
		_, ourErr := c.Send(t.Context(), sinkQueue, three())
		_, theirErr := sendBySDK(t.Context(), awssqs.New(options), sinkQueue, three())
		if ourErr == nil || theirErr == nil || len(hosts.called) != 2 || hosts.called[0] != hosts.called[1] {
			t.Errorf("%v: called %q (%v, %v)", variables, hosts.called, ourErr, theirErr)
		}
	}
}

// hosts notes where it is called, and answers nothing.
type hosts struct{ called []string }

func (h *hosts) Do(r *http.Request) (*http.Response, error) {
	h.called = append(h.called, r.URL.Scheme+"://"+r.URL.Host+r.URL.Path)
	return nil, errors.New("broken")
}

// FuzzAppendString checks that encoding/json reads the string that was written.
func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "a", `"\`, "\x00\x1f\x7f", "ü\u2028🚀", "\xff\xc3", "<&>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got, want string
		written := appendString(nil, text)
		if err := json.Unmarshal(written, &got); err != nil || !utf8.Valid(written) {
			t.Fatalf("%q is written as %q: %v", text, written, err)
		}
		other, _ := json.Marshal(text)
		if err := json.Unmarshal(other, &want); err != nil {
			t.Fatal(err)
		}
		// A run of broken bytes may become fewer characters than encoding/json makes.
		if utf8.ValidString(text) && got != want {
			t.Errorf("%q is read back as %q", text, got)
		}
	})
}

// traceKey is aws-lambda-go's.
func traceKey() any { return "x-amzn-trace-id" }
