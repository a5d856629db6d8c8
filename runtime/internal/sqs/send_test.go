package sqs

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

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
			if err == nil || IsPermanent(err) {
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
