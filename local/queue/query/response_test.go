package query

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestResponses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ action, output, want string }{
		{"DeleteMessage", ``, ``},
		{"ReceiveMessage", `{}`, `<ReceiveMessageResult></ReceiveMessageResult>`},
		{"SendMessage", `{"MessageId":"i","MD5OfMessageBody":"m"}`, `<SendMessageResult><MessageId>i</MessageId><MD5OfMessageBody>m</MD5OfMessageBody></SendMessageResult>`},
		{"ReceiveMessage", `{"Messages":[{"MessageId":"1","Body":" &<>\"'\r\n\t&#34;😀\u2028","Attributes":{"SenderId":"s","SentTimestamp":"1"},"MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"AP8="}}},{"MessageId":"2"}]}`,
			`<ReceiveMessageResult><Message><MessageId>1</MessageId><Body> &amp;&lt;&gt;&quot;'&#xD;` + "\n\t&amp;#34;😀\u2028" + `</Body>` +
				`<Attribute><Name>SenderId</Name><Value>s</Value></Attribute><Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute>` +
				`<MessageAttribute><Name>a</Name><Value><DataType>Binary</DataType><BinaryValue>AP8=</BinaryValue></Value></MessageAttribute></Message>` +
				`<Message><MessageId>2</MessageId></Message></ReceiveMessageResult>`},
		{"SendMessageBatch", `{"Successful":[{"Id":"a"}],"Failed":[{"Id":"b","SenderFault":true,"Code":"c"}]}`,
			`<SendMessageBatchResult><SendMessageBatchResultEntry><Id>a</Id></SendMessageBatchResultEntry>` +
				`<BatchResultErrorEntry><Id>b</Id><SenderFault>true</SenderFault><Code>c</Code></BatchResultErrorEntry></SendMessageBatchResult>`},
		{"DeleteMessageBatch", `{"Successful":[],"Failed":[]}`, `<DeleteMessageBatchResult></DeleteMessageBatchResult>`},
		{"ListQueues", `{"QueueUrls":["u","v"],"NextToken":"t"}`, `<ListQueuesResult><QueueUrl>u</QueueUrl><QueueUrl>v</QueueUrl><NextToken>t</NextToken></ListQueuesResult>`},
		{"ListDeadLetterSourceQueues", `{"queueUrls":["u"]}`, `<ListDeadLetterSourceQueuesResult><QueueUrl>u</QueueUrl></ListDeadLetterSourceQueuesResult>`},
		{"ListQueueTags", `{"Tags":{"k":"","l":"v"}}`, `<ListQueueTagsResult><Tag><Key>k</Key><Value></Value></Tag><Tag><Key>l</Key><Value>v</Value></Tag></ListQueueTagsResult>`},
		{"ListMessageMoveTasks", `{"Results":[{"Status":"RUNNING","StartedTimestamp":1700000000000,"FailureReason":null}]}`,
			`<ListMessageMoveTasksResult><ListMessageMoveTasksResultEntry><Status>RUNNING</Status><StartedTimestamp>1700000000000</StartedTimestamp></ListMessageMoveTasksResultEntry></ListMessageMoveTasksResult>`},
	} {
		var output []byte
		if c.output != "" {
			output = []byte(c.output)
		}
		want := `<?xml version="1.0"?><` + c.action + `Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/">` + c.want +
			`<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></` + c.action + `Response>`
		if got, err := Response(c.action, output, "id"); err != nil || string(got) != want {
			t.Errorf("%s of %s is\n%s, %v; want\n%s", c.action, c.output, got, err, want)
		}
	}
}

func TestInvalidJSONIsAnError(t *testing.T) {
	t.Parallel()
	for _, output := range []string{``, `{`, `{"Messages":[`, `{"Messages":[{"Body":`, `{"Attributes":{"a":`, `{"Attributes":{"a"`, `{x`} {
		if got, err := Response("ReceiveMessage", []byte(output), "id"); err == nil {
			t.Errorf("%s is %s", output, got)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	const want = `<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>c</Code><Message>a&lt;` +
		"\ufffd" + `</Message><Detail></Detail></Error><RequestId>id</RequestId></ErrorResponse>`
	if got := string(Error("Sender", "c", "a<\x00", "id")); got != want {
		t.Errorf("got %s", got)
	}
}

// FuzzText: a parser of XML reads the string that was in JSON, if SQS accepts it.
func FuzzText(f *testing.F) {
	for _, text := range []string{"", " a ", "\r\n\t\r", "&amp;<]]>", "é日本語😀\U0010ffff\ufffd", "\u0085\u2028\x7f"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		output, err := json.Marshal(map[string]any{"Messages": []any{map[string]any{"Body": text, "MessageAttributes": map[string]any{text: map[string]string{"StringValue": text}}}}})
		if err != nil {
			t.Fatal(err)
		}
		body, err := Response("ReceiveMessage", output, "id")
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Body  string `xml:"ReceiveMessageResult>Message>Body"`
			Name  string `xml:"ReceiveMessageResult>Message>MessageAttribute>Name"`
			Value string `xml:"ReceiveMessageResult>Message>MessageAttribute>Value>StringValue"`
		}
		if err := xml.Unmarshal(body, &got); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		if utf8.ValidString(text) && !strings.ContainsFunc(text, forbidden) && (got.Body != text || got.Name != text || got.Value != text) {
			t.Errorf("%q became %+q", text, got)
		}
	})
}

// forbidden are characters that XML 1.0 does not have.
func forbidden(c rune) bool {
	return c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0xfffe || c == 0xffff
}
