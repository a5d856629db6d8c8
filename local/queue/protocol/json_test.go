package protocol

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// post sends a raw, unsigned request, and checks the headers that every response must
// have.
func post(t *testing.T, endpoint, action, body string) reply {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, endpoint, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if action != "" {
		r.Header.Set("X-Amz-Target", action)
	}
	return do(t, r, jsonType)
}

func (r reply) want(t *testing.T, status int, kind, query string) {
	t.Helper()
	var got struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(r.body, &got); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	if r.StatusCode != status || got.Type != kind || got.Message == "" || r.Header.Get("X-Amzn-Query-Error") != query {
		t.Errorf("answered %d %q with %s; want %d %q with %s", r.StatusCode, r.Header.Get("X-Amzn-Query-Error"), r.body, status, query, kind)
	}
}

func TestErrorsOnTheWire(t *testing.T) {
	t.Parallel()
	s, endpoint := serve(t)
	q := create(t, s, "q", nil)
	url := `{"QueueUrl":"` + q.URL() + `"`
	for _, c := range []struct {
		action, body string
		status       int
		kind, query  string
	}{
		{"SendMessage", `{"QueueUrl":"http://x/0/none","MessageBody":"b"}`, 400, "com.amazonaws.sqs#QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue;Sender"},
		{"SendMessage", `{"MessageBody":"b"}`, 400, "com.amazon.coral.service#MissingRequiredParameterException", "MissingParameter;Sender"},
		{"SendMessage", ``, 400, "com.amazon.coral.service#MissingRequiredParameterException", "MissingParameter;Sender"},
		{"SendMessage", url + `,"MessageBody":"\u0000"}`, 400, "com.amazonaws.sqs#InvalidMessageContents", "InvalidMessageContents;Sender"},
		{"SendMessage", url + `,"MessageBody":"\ud83d"}`, 400, "com.amazon.coral.service#SerializationException", "MalformedInput;Sender"},
		{"SendMessage", url + `,"MessageBody":"\ud83d\u0041"}`, 400, "com.amazon.coral.service#SerializationException", "MalformedInput;Sender"},
		{"SendMessage", url + ",\"MessageBody\":\"\xff\"}", 400, "com.amazon.coral.service#SerializationException", "MalformedInput;Sender"},
		{"SendMessage", url + `,"MessageBody":5}`, 400, "com.amazon.coral.service#SerializationException", "MalformedInput;Sender"},
		{"SendMessage", url + `,"MessageBody":"b","DelaySeconds":9223372036854775807}`, 400, "com.amazon.coral.service#InvalidParameterValueException", "InvalidParameterValue;Sender"},
		{"SendMessage", url, 400, "com.amazon.coral.service#SerializationException", "MalformedInput;Sender"},
		{"SendMessage", `[`, 400, "com.amazon.coral.service#SerializationException", "MalformedInput;Sender"},
		{"SendMessage", url + `,"MessageBody":"b","MessageAttributes":{"a":{"DataType":"String","StringListValues":["v"]}}}`, 400, "com.amazonaws.sqs#UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation;Sender"},
		{"DeleteMessage", url + `,"ReceiptHandle":"x"}`, 404, "com.amazonaws.sqs#ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid;Sender"},
		{"ReceiveMessage", `{"QueueUrl":"http://x/"}`, 404, "com.amazonaws.sqs#InvalidAddress", "InvalidAddress;Sender"},
		{"StartMessageMoveTask", `{"SourceArn":"arn"}`, 404, "com.amazonaws.sqs#ResourceNotFoundException", "ResourceNotFoundException;Sender"},
		{"AddPermission", url + `,"Label":"l","AWSAccountIds":["123456789012"],"Actions":["SendMessage"]}`, 400, "com.amazon.coral.service#UnknownOperationException", "InvalidAction;Sender"},
		{"RemovePermission", url + `,"Label":"l"}`, 400, "com.amazon.coral.service#UnknownOperationException", "InvalidAction;Sender"},
		{"Dance", `{}`, 400, "com.amazon.coral.service#UnknownOperationException", "InvalidAction;Sender"},
	} {
		post(t, endpoint, target+c.action, c.body).want(t, c.status, c.kind, c.query)
	}
	wantStats(t, s, q, 0, 0, 0)
}

// TestOtherProtocolsAreRejected answers other requests with an explanation.
func TestOtherProtocolsAreRejected(t *testing.T) {
	t.Parallel()
	_, endpoint := serve(t)
	get, err := http.NewRequest(http.MethodGet, endpoint, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []reply{do(t, get, jsonType), post(t, endpoint, "", "Action=SendMessage"), post(t, endpoint, "DynamoDB_20120810.PutItem", "{}")} {
		r.want(t, 400, "com.amazon.coral.service#UnknownOperationException", "InvalidAction;Sender")
	}
}

// TestLargeRequests: the largest batch fits even if all of it is escaped. A larger
// request is refused without reading it.
func TestLargeRequests(t *testing.T) {
	t.Parallel()
	s, endpoint := serve(t)
	q := create(t, s, "q", nil)
	start := `{"QueueUrl":"` + q.URL() + `","MessageBody":"`
	if r := post(t, endpoint, target+"SendMessage", start+strings.Repeat(`\u0041`, 1<<20)+`"}`); r.StatusCode != 200 {
		t.Errorf("the largest message is answered with %d %s", r.StatusCode, r.body)
	}
	// The response is long, so it would be chunked without a length.
	if r := post(t, endpoint, target+"ReceiveMessage", `{"QueueUrl":"`+q.URL()+`"}`); len(r.body) < 1<<20 {
		t.Errorf("the largest message is received with %d bytes", len(r.body))
	}
	r, err := http.NewRequest(http.MethodPost, endpoint, &endlessBody{})
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", target+"SendMessage")
	r.ContentLength = 1 << 40
	// The client may see the connection break while it writes.
	if response, err := http.DefaultClient.Do(r); err == nil {
		defer response.Body.Close()
		if response.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("an endless request is answered with %d", response.StatusCode)
		}
	}
	wantStats(t, s, q, 0, 1, 0)
}

// TestChunkedRequestTooLarge has a body whose length is not known.
func TestChunkedRequestTooLarge(t *testing.T) {
	t.Parallel()
	s, _ := serve(t)
	r, err := http.NewRequest(http.MethodPost, "/", io.LimitReader(&endlessBody{}, maxRequestBytes+1))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = -1
	r.Header.Set("X-Amz-Target", target+"SendMessage")
	_, err = doJSON(s, nil, r)
	if e := sqserr.Of(err); e.Code != sqserr.RequestEntityTooLarge {
		t.Errorf("the error is %v", err)
	}
}

// TestQueueByAnyHost: containers use another name for the local host.
func TestQueueByAnyHost(t *testing.T) {
	t.Parallel()
	s, endpoint := serve(t)
	q := create(t, s, "q", nil)
	for _, url := range []string{q.URL(), "http://host.docker.internal:1/000000000000/q", "https://sqs.us-east-1.amazonaws.com/999999999999/q", "q"} {
		if r := post(t, endpoint, target+"SendMessage", `{"QueueUrl":"`+url+`","MessageBody":"b"}`); r.StatusCode != 200 {
			t.Errorf("%s is answered with %s", url, r.body)
		}
	}
	wantStats(t, s, q, 4, 0, 0)
}

// TestListsAreNeverNull: some clients do not accept null. SQS documents that there is
// no list if there are no messages.
func TestListsAreNeverNull(t *testing.T) {
	t.Parallel()
	s, endpoint := serve(t)
	q := create(t, s, "q", nil)
	for action, want := range map[string]string{
		"ReceiveMessage":             `{}`,
		"ListDeadLetterSourceQueues": `{"queueUrls":[]}`,
		"ListQueueTags":              `{"Tags":{}}`,
		"GetQueueAttributes":         `{"Attributes":{}}`,
	} {
		r := post(t, endpoint, target+action, `{"QueueUrl":"`+q.URL()+`"}`)
		if got := strings.TrimSpace(string(r.body)); got != want {
			t.Errorf("%s is answered with %s, want %s", action, got, want)
		}
	}
}
