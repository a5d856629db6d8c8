package engine

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// serve makes a client of the real SDK's whose service answers with h.
func serve(t *testing.T, keys bool, h func(body string, w http.ResponseWriter, r *http.Request)) SQS {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		h(string(body), w, r)
	}))
	t.Cleanup(server.Close)
	variables := map[string]string{"AWS_ENDPOINT_URL_SQS": server.URL, "AWS_ENDPOINT_URL": "http://nowhere.invalid"}
	if keys {
		variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], variables["AWS_SESSION_TOKEN"] = "AKID", "secret", "token"
	}
	client, err := NewSQS(env(variables))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func respond(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	io.WriteString(w, body) //nolint:errcheck // the test sees it
}

func three() []*Message {
	return []*Message{{Body: "1"}, {Body: "2"}, {Body: "3"}}
}

func TestSendVerifiesEveryEntry(t *testing.T) {
	t.Parallel()
	const md5Of1, md5Of2 = "c4ca4238a0b923820dcc509a6f75849b", "c81e728d9d4c2f636f067f89cc14862c"
	for name, c := range map[string]struct {
		answer string
		ids    []string // empty: failed
	}{
		"all":                     {`{"Successful":[{"Id":"0","MessageId":"a"},{"Id":"2","MessageId":"c"},{"Id":"1","MessageId":"b","MD5OfMessageBody":"` + md5Of2 + `"}],"Failed":[]}`, []string{"a", "b", "c"}},
		"one not mentioned":       {`{"Successful":[{"Id":"0","MessageId":"a"},{"Id":"2","MessageId":"c"}]}`, []string{"a", "", "c"}},
		"one without an ID":       {`{"Successful":[{"Id":"0","MessageId":"a"},{"Id":"1"},{"Id":"2","MessageId":"c"}]}`, []string{"a", "", "c"}},
		"none mentioned":          {`{}`, []string{"", "", ""}},
		"strangers mentioned":     {`{"Successful":[{"Id":"7","MessageId":"a"},{"Id":"x","MessageId":"b"},{"Id":"-1","MessageId":"b"},{"Id":"+1","MessageId":"b"},{"Id":"01","MessageId":"b"}]}`, []string{"", "", ""}},
		"succeeded and failed":    {`{"Successful":[{"Id":"0","MessageId":"a"}],"Failed":[{"Id":"0","Code":"InternalError","SenderFault":false}]}`, []string{"", "", ""}},
		"MD5 of another message":  {`{"Successful":[{"Id":"0","MessageId":"a"},{"Id":"1","MessageId":"b","MD5OfMessageBody":"` + md5Of1 + `"}]}`, nil},
		"an answer cut off":       {`{"Successful":[{"Id":"0"`, nil},
		"an answer of other kind": {`<html>`, nil},
	} {
		client := serve(t, true, func(_ string, w http.ResponseWriter, _ *http.Request) { respond(w, 200, c.answer) })
		sent, err := client.Send(t.Context(), sinkQueue, three())
		if c.ids == nil {
			if err == nil || isPermanent(err) {
				t.Errorf("%s: %+v, %v; want an error that may pass", name, sent, err)
			}
			continue
		}
		if err != nil || len(sent) != 3 {
			t.Errorf("%s: %+v, %v", name, sent, err)
			continue
		}
		for i, id := range c.ids {
			if sent[i].ID != id || (sent[i].Err == nil) != (id != "") {
				t.Errorf("%s: entry %d is %+v, want ID %q", name, i, sent[i], id)
			}
		}
	}
}

func TestSendWritesWhatSQSReads(t *testing.T) {
	t.Parallel()
	for _, keys := range []bool{true, false} {
		client := serve(t, keys, func(body string, w http.ResponseWriter, r *http.Request) {
			var got struct {
				QueueUrl string
				Entries  []map[string]any
			}
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Error(err)
			}
			text, _ := json.Marshal(got.Entries)
			const want = `[{"DelaySeconds":5,"Id":"0","MessageAttributes":{"b":{"BinaryValue":"AQ==","DataType":"Binary"},"n":{"DataType":"Number","StringValue":"1"}},"MessageBody":"\"ü\\ufffe\"","MessageDeduplicationId":"d","MessageGroupId":"g"},{"Id":"1","MessageBody":"2"}]`
			if got.QueueUrl != sinkQueue || string(text) != want {
				t.Errorf("sent to %s: %s", got.QueueUrl, text)
			}
			if signed := strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=AKID/"); signed != keys {
				t.Errorf("with keys %v: Authorization %q", keys, r.Header.Get("Authorization"))
			}
			if keys && r.Header.Get("X-Amz-Security-Token") != "token" {
				t.Error("no session token")
			}
			respond(w, 200, `{"Successful":[{"Id":"0","MessageId":"a"},{"Id":"1","MessageId":"b"}]}`)
		})
		_, err := client.Send(t.Context(), sinkQueue, []*Message{
			{Body: `"ü\ufffe"`, Delay: 5, Group: "g", Deduplication: "d", Attributes: []Attribute{{Name: "n", Type: "Number", Value: "1"}, {Name: "b", Type: "Binary", Binary: []byte{1}}}},
			{Body: "2"},
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestErrorsOfSQSAreSortedOut(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]SendError{
		"com.amazonaws.sqs#QueueDoesNotExist": {Queue: true}, "AccessDeniedException": {Queue: true}, "KmsAccessDenied": {Queue: true},
		"InvalidMessageContents": {Permanent: true}, "BatchRequestTooLong": {Permanent: true},
		"RequestThrottled": {}, "OverLimit": {}, "InternalFailure": {}, "KmsThrottled": {}, "SomethingNew": {}, "ExpiredToken": {},
	} {
		calls := 0
		client := serve(t, true, func(_ string, w http.ResponseWriter, _ *http.Request) {
			calls++
			respond(w, 400, `{"__type":"`+code+`","message":"text"}`)
		})
		_, err := client.Send(t.Context(), sinkQueue, three())
		var got *SendError
		if !errors.As(err, &got) || got.Permanent != want.Permanent || got.Queue != want.Queue || got.Message != "text" {
			t.Errorf("%s: %#v", code, err)
		}
		if calls != 1 {
			t.Errorf("%s: %d calls: the SDK retries by itself", code, calls)
		}
	}
}

// TestTooLargeIsForGood: what stands before SQS may refuse a call for its size, in
// words of its own. The same call would be refused again.
func TestTooLargeIsForGood(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"__type":"RequestTooLarge"}`, `{}`, `<html>413`, ``} {
		client := serve(t, true, func(_ string, w http.ResponseWriter, _ *http.Request) { respond(w, 413, body) })
		if _, err := client.Send(t.Context(), sinkQueue, three()); !isPermanent(err) || isAboutQueue(err) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestEntryErrorsAreSortedOut(t *testing.T) {
	t.Parallel()
	client := serve(t, true, func(_ string, w http.ResponseWriter, _ *http.Request) {
		respond(w, 200, `{"Failed":[{"Id":"0","Code":"InvalidParameterValue","SenderFault":true,"Message":"text"},{"Id":"1","Code":"ThrottlingException","SenderFault":true},{"Id":"2","Code":"InternalError","SenderFault":false}]}`)
	})
	sent, err := client.Send(t.Context(), sinkQueue, three())
	if err != nil || !isPermanent(sent[0].Err) || isPermanent(sent[1].Err) || isPermanent(sent[2].Err) || sent[0].Err.Error() != "InvalidParameterValue: text" {
		t.Errorf("%+v, %v", sent, err)
	}
}

func TestReturnSendsOneBatch(t *testing.T) {
	t.Parallel()
	client := serve(t, true, func(body string, w http.ResponseWriter, r *http.Request) {
		const want, zero = `"VisibilityTimeout":7`, `"VisibilityTimeout":0` // SQS wants the 0 to be said
		if r.Header.Get("X-Amz-Target") != "AmazonSQS.ChangeMessageVisibilityBatch" || !strings.Contains(body, want) || !strings.Contains(body, zero) || !strings.Contains(body, `"ReceiptHandle":"r1"`) {
			t.Errorf("sent %s", body)
		}
		respond(w, 200, `{"Successful":[{"Id":"0"}],"Failed":[{"Id":"1","Code":"MessageNotInflight","SenderFault":true,"Message":"gone"}]}`)
	})
	err := client.Return(t.Context(), ownQueue, []Return{{"r1", 7}, {"r2", 0}})
	if err == nil || !strings.Contains(err.Error(), "1 of 2 items: MessageNotInflight: gone") {
		t.Error(err)
	}
}

func TestNewSQSWantsARegion(t *testing.T) {
	t.Parallel()
	if _, err := NewSQS(env(nil)); err == nil || !strings.Contains(err.Error(), "AWS_REGION") {
		t.Error(err)
	}
	for _, variables := range []map[string]string{
		{"AWS_REGION": "eu-west-1"}, {"AWS_DEFAULT_REGION": "eu-west-1"}, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
	} {
		if _, err := NewSQS(env(variables)); err != nil {
			t.Errorf("%v: %v", variables, err)
		}
	}
	client, err := NewSQS(env(map[string]string{"AWS_REGION": "us-gov-west-1", "AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}))
	if err != nil {
		t.Fatal(err)
	}
	o := clientOptions(client)
	if o.Region != "us-gov-west-1" || o.EndpointOptions.UseFIPSEndpoint == 0 || o.EndpointOptions.UseDualStackEndpoint == 0 {
		t.Errorf("%+v", o.EndpointOptions)
	}
}

func clientOptions(s SQS) sqs.Options { return s.(*client).sqs.Options() }
