package mapping

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/queue"
)

// received sends a message and receives it.
func received(t *testing.T, name string, attributes map[string]string, m queue.Outgoing) queue.Message {
	t.Helper()
	s := queue.New(queue.Config{BaseURL: "http://x", Region: "us-east-1", AccountID: arn.Account})
	defer s.Close()
	q, err := s.Create(name, attributes, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Send(m); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond)
	messages, err := q.Receive(t.Context(), 1, 0, -1)
	if err != nil || len(messages) != 1 {
		t.Fatal(len(messages), err)
	}
	return messages[0]
}

// TestRecord compares with the record that Lambda passes to a function. Values that
// differ from run to run are replaced.
func TestRecord(t *testing.T) {
	for name, c := range map[string]struct {
		attributes map[string]string
		message    queue.Outgoing
		want       string
	}{
		"plain": {nil, queue.Outgoing{Body: "a \"b\"\n\u00e9\u2028"}, `{"messageId":"ID","receiptHandle":"HANDLE","body":"a \"b\"\né\u2028",
			"attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"946684800000","SenderId":"AIDAIENQZJOLO23YVJ4VO","ApproximateFirstReceiveTimestamp":"946684801500"},
			"messageAttributes":{},"md5OfMessageAttributes":null,"md5OfBody":"MD5",
			"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:plain","awsRegion":"us-east-1"}`},
		"attributes": {nil, queue.Outgoing{Body: "x", Attributes: map[string]queue.Attribute{
			"T": {DataType: "String", StringValue: "t"}, "N": {DataType: "Number.int", StringValue: "7"}, "B": {DataType: "Binary", BinaryValue: []byte{0, 1}},
		}}, `{"messageId":"ID","receiptHandle":"HANDLE","body":"x",
			"attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"946684800000","SenderId":"AIDAIENQZJOLO23YVJ4VO","ApproximateFirstReceiveTimestamp":"946684801500"},
			"messageAttributes":{"B":{"binaryValue":"AAE=","stringListValues":[],"binaryListValues":[],"dataType":"Binary"},
				"N":{"stringValue":"7","stringListValues":[],"binaryListValues":[],"dataType":"Number.int"},
				"T":{"stringValue":"t","stringListValues":[],"binaryListValues":[],"dataType":"String"}},
			"md5OfMessageAttributes":"MD5","md5OfBody":"MD5",
			"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:attributes","awsRegion":"us-east-1"}`},
		"ordered.fifo": {map[string]string{"FifoQueue": "true"}, queue.Outgoing{Body: "x", GroupID: "g", DeduplicationID: "d"}, `{"messageId":"ID","receiptHandle":"HANDLE","body":"x",
			"attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"946684800000","SequenceNumber":"SEQUENCE","MessageGroupId":"g","SenderId":"AIDAIENQZJOLO23YVJ4VO","MessageDeduplicationId":"d","ApproximateFirstReceiveTimestamp":"946684801500"},
			"messageAttributes":{},"md5OfMessageAttributes":null,"md5OfBody":"MD5",
			"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:ordered.fifo","awsRegion":"us-east-1"}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := received(t, name, c.attributes, c.message)
				got := string(appendRecord(nil, &m, arn.Of("us-east-1", "sqs", name)))
				replace := []string{m.ID, "ID", m.ReceiptHandle, "HANDLE", m.MD5OfBody, "MD5"}
				if m.MD5OfAttributes != "" {
					replace = append(replace, m.MD5OfAttributes, "MD5")
				}
				for attribute, value := range m.SystemAttributes() {
					if attribute == "SequenceNumber" {
						replace = append(replace, value, "SEQUENCE")
					}
				}
				got = strings.NewReplacer(replace...).Replace(got)
				if !sameJSON(t, got, c.want) {
					t.Errorf("got\n%s\nwant\n%s", got, c.want)
				}
			})
		})
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	for text, into := range map[string]*any{a: &x, b: &y} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return reflect.DeepEqual(x, y)
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "a\"b\\c\n\t\r\x00\x1f\x7f", "é\u2028\U0001F600", "bad \xff\xc3 bytes", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		if err := json.Unmarshal(appendString(nil, s), &got); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if utf8.ValidString(s) && got != s || got != string([]rune(s)) {
			t.Errorf("%q became %q", s, got)
		}
	})
}
