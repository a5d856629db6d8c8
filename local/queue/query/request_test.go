package query

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ action, form, want string }{
		{"ListQueues", "", `{}`},
		{"SendMessage", "QueueUrl=http://x/0/q&MessageBody=a+%26%3C%C3%A9%F0%9F%98%80%0D%0A&DelaySeconds=05", `{"DelaySeconds":5,"MessageBody":"a \u0026\u003cé😀\r\n","QueueUrl":"http://x/0/q"}`},
		{"SendMessage", "MessageBody=", `{"MessageBody":""}`},
		{"SendMessage", "MessageBody=a&MessageBody=b&MessageBody.1=c", `{"MessageBody":"a"}`},
		{"SendMessage", "Version=2012-11-05&Signature=x&X-Amz-Date=y&messagebody=z&Entries=a&Attributes.1=b", `{}`},
		{"SendMessage", "MessageAttribute.2.Name=b&MessageAttribute.2.Value.DataType=Binary&MessageAttribute.2.Value.BinaryValue=AP8%3D&MessageAttribute.1.Name=a.1&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v",
			`{"MessageAttributes":{"a.1":{"DataType":"String","StringValue":"v"},"b":{"BinaryValue":"AP8=","DataType":"Binary"}}}`},
		{"SendMessage", "MessageAttribute.1.Name=a&MessageAttribute.1.Value.StringListValue.1=v&MessageAttribute.1.Value.BinaryListValue.1=AA%3D%3D",
			`{"MessageAttributes":{"a":{"BinaryListValues":["AA=="],"StringListValues":["v"]}}}`},
		{"SendMessage", "MessageSystemAttribute.1.Name=AWSTraceHeader&MessageSystemAttribute.1.Value.DataType=String", `{"MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String"}}}`},
		{"SendMessageBatch", "SendMessageBatchRequestEntry.10.Id=j&SendMessageBatchRequestEntry.9.Id=i&SendMessageBatchRequestEntry.9.DelaySeconds=-1&SendMessageBatchRequestEntry.9.MessageAttribute.1.Name=a&SendMessageBatchRequestEntry.9.MessageAttribute.1.Value.StringListValue.1=v",
			`{"Entries":[{"DelaySeconds":-1,"Id":"i","MessageAttributes":{"a":{"StringListValues":["v"]}}},{"Id":"j"}]}`},
		{"DeleteMessageBatch", "SendMessageBatchRequestEntry.1.Id=i", `{}`},
		{"DeleteMessageBatch", "DeleteMessageBatchRequestEntry=", `{"Entries":[]}`},
		{"ChangeMessageVisibilityBatch", "ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout=0", `{"Entries":[{"VisibilityTimeout":0}]}`},
		{"GetQueueAttributes", "AttributeName=All", `{"AttributeNames":["All"]}`},
		{"GetQueueAttributes", "AttributeName.1=", `{"AttributeNames":[""]}`},
		{"ReceiveMessage", "MessageSystemAttributeName.1=All&MessageAttributeName.2=b&MessageAttributeName.1=a.*", `{"MessageAttributeNames":["a.*","b"],"MessageSystemAttributeNames":["All"]}`},
		{"SetQueueAttributes", "Attribute.Name=Policy&Attribute.Value=", `{"Attributes":{"Policy":""}}`},
		{"SetQueueAttributes", "Attribute.1.Name=Policy", `{"Attributes":{"Policy":""}}`},
		{"SetQueueAttributes", "Attribute.1.Name=a&Attribute.1.Value=1&Attribute.2.Name=b&Attribute.2.Value=2", `{"Attributes":{"a":"1","b":"2"}}`},
		{"TagQueue", "Tag.1.Key=k&Tag.1.Value=v", `{"Tags":{"k":"v"}}`},
		{"TagQueue", "Tags.1.Key=k&Tags.1.Value=v&Tags.2.Key=l&Tags.2.Value=", `{"Tags":{"k":"v","l":""}}`},
		{"UntagQueue", "TagKey.1=k", `{"TagKeys":["k"]}`},
	} {
		form, err := url.ParseQuery(c.form)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Request(c.action, form); err != nil || string(got) != c.want {
			t.Errorf("%s of %s is %s, %v; want %s", c.action, c.form, got, err, c.want)
		}
	}
}

func TestBadParameters(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]string{
		"DelaySeconds=x":    "Value x for parameter DelaySeconds is invalid. Reason: Must be an integer.",
		"DelaySeconds=":     "Value  for parameter DelaySeconds",
		"DelaySeconds.1=1":  "Value  for parameter DelaySeconds",
		"DelaySeconds=1.5":  "Value 1.5 for parameter DelaySeconds",
		"MaxResults=1e3":    "Value 1e3 for parameter MaxResults",
		"MaxResults=0x10":   "Value 0x10 for parameter MaxResults",
		"a.b.c.d.e.f.g.h=v": "Value v for parameter a.b.c.d.e.f.g.h is invalid",
		"SendMessageBatchRequestEntry.1.DelaySeconds=9223372036854775808":                              "Value 9223372036854775808 for parameter DelaySeconds",
		"Attribute.1.Name=a&Attribute.1.Value.DelaySeconds=x":                                          "parameter DelaySeconds",
		strings.Repeat("MessageAttribute.1.Value.", 100_000) + "StringValue=" + strings.Repeat("v", 9): "No parameter has that many parts",
	} {
		values, err := url.ParseQuery(form)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Request("SendMessageBatch", values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.100s is %s, %v; want %s", form, got, err, want)
		}
	}
}

// FuzzRequest: every form results in JSON or an error, and strings are unchanged.
func FuzzRequest(f *testing.F) {
	for _, form := range []string{
		"DelaySeconds=1&MessageBody.1=x", "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringListValue.1=v", "Tag.1.Key.1=a&Tag.1.Value.Tag.1.Key=b",
		"Attribute..Name=a&Attribute=b&Attribute.=c&.=d&=e", "Attribute.-1.Name=a&Attribute.+1.Name=b&Attribute.01.Value=c",
	} {
		f.Add(form, "\U0001f600 \r\n\u2028\x00")
	}
	f.Fuzz(func(t *testing.T, form, text string) {
		values, err := url.ParseQuery(form)
		if err != nil || !utf8.ValidString(text) {
			return
		}
		values.Set("MessageBody", text)
		body, err := Request("SendMessageBatch", values)
		if err != nil {
			return
		}
		var got map[string]any
		if err := json.Unmarshal(body, &got); err != nil || got["MessageBody"] != text {
			t.Errorf("%q became %q, %v", text, got["MessageBody"], err)
		}
	})
}
