package protocol

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serverless-star/starjob/local/queue"
)

const form = "application/x-www-form-urlencoded"

// ask sends a raw request of the Query protocol.
func ask(t *testing.T, method, url, contentType, body string, header ...string) reply {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return do(t, r, "text/xml")
}

// TestEveryActionByQuery runs all actions, and checks the XML around each result.
func TestEveryActionByQuery(t *testing.T) {
	t.Parallel()
	s, endpoint := serve(t)
	dead := create(t, s, "dead", nil)
	redrive := url.QueryEscape(`{"deadLetterTargetArn":"` + dead.ARN() + `","maxReceiveCount":1}`)
	var handles []string
	left := map[string]bool{}
	client := reflect.TypeFor[*sqs.Client]()
	for i := range client.NumMethod() {
		if name := client.Method(i).Name; !slices.Contains([]string{"Options", "AddPermission", "RemovePermission"}, name) {
			left[name] = true
		}
	}
	for _, c := range []struct{ action, form, want string }{
		{"CreateQueue", "QueueName=q&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=5&Attribute.2.Name=RedrivePolicy&Attribute.2.Value=" + redrive + "&Tag.1.Key=a&Tag.1.Value=1", `<QueueUrl>URL</QueueUrl>`},
		{"GetQueueUrl", "QueueName=q", `<QueueUrl>URL</QueueUrl>`},
		{"ListQueues", "QueueNamePrefix=q&MaxResults=1", `<QueueUrl>URL</QueueUrl>`},
		{"ListDeadLetterSourceQueues", "QueueUrl=dead", `<QueueUrl>URL</QueueUrl>`},
		{"SetQueueAttributes", "Attribute.Name=DelaySeconds&Attribute.Value=0", ``},
		{"GetQueueAttributes", "AttributeName.1=VisibilityTimeout&AttributeName.2=DelaySeconds", `<Attribute><Name>DelaySeconds</Name><Value>0</Value></Attribute><Attribute><Name>VisibilityTimeout</Name><Value>5</Value></Attribute>`},
		{"TagQueue", "Tag.1.Key=b&Tag.1.Value=%2B", ``},
		{"UntagQueue", "TagKey.1=a", ``},
		{"ListQueueTags", "", `<Tag><Key>b</Key><Value>\+</Value></Tag>`},
		{"SendMessage", "MessageBody=a&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=Binary&MessageAttribute.1.Value.BinaryValue=AP8%3D&DelaySeconds=0",
			`<MessageId>ID</MessageId><MD5OfMessageBody>0cc175b9c0f1b6a831c399e269772661</MD5OfMessageBody><MD5OfMessageAttributes>[0-9a-f]{32}</MD5OfMessageAttributes>`},
		{"SendMessageBatch", "SendMessageBatchRequestEntry.1.Id=i&SendMessageBatchRequestEntry.1.MessageBody=b&SendMessageBatchRequestEntry.2.Id=j&SendMessageBatchRequestEntry.2.MessageBody=%01",
			`<SendMessageBatchResultEntry><Id>i</Id><MessageId>ID</MessageId><MD5OfMessageBody>92eb5ffee6ae2fec3ad71c777531578f</MD5OfMessageBody></SendMessageBatchResultEntry>` +
				`<BatchResultErrorEntry><Id>j</Id><SenderFault>true</SenderFault><Code>InvalidMessageContents</Code><Message>Invalid [^<]*</Message></BatchResultErrorEntry>`},
		{"ReceiveMessage", "MaxNumberOfMessages=10&AttributeName.1=ApproximateReceiveCount&MessageAttributeName.1=All",
			`<Message><MessageId>ID</MessageId><ReceiptHandle>[^<]*</ReceiptHandle><MD5OfBody>0cc175b9c0f1b6a831c399e269772661</MD5OfBody><Body>a</Body>` +
				`<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute><MD5OfMessageAttributes>[0-9a-f]{32}</MD5OfMessageAttributes>` +
				`<MessageAttribute><Name>n</Name><Value><DataType>Binary</DataType><BinaryValue>AP8=</BinaryValue></Value></MessageAttribute></Message>` +
				`<Message><MessageId>ID</MessageId><ReceiptHandle>[^<]*</ReceiptHandle><MD5OfBody>92eb5ffee6ae2fec3ad71c777531578f</MD5OfBody><Body>b</Body><Attribute>.*</Attribute></Message>`},
		{"ChangeMessageVisibility", "ReceiptHandle=HANDLE0&VisibilityTimeout=9", ``},
		{"ChangeMessageVisibilityBatch", "ChangeMessageVisibilityBatchRequestEntry.1.Id=i&ChangeMessageVisibilityBatchRequestEntry.1.ReceiptHandle=HANDLE1&ChangeMessageVisibilityBatchRequestEntry.1.VisibilityTimeout=9",
			`<ChangeMessageVisibilityBatchResultEntry><Id>i</Id></ChangeMessageVisibilityBatchResultEntry>`},
		{"DeleteMessage", "ReceiptHandle=HANDLE0", ``},
		{"DeleteMessageBatch", "DeleteMessageBatchRequestEntry.1.Id=i&DeleteMessageBatchRequestEntry.1.ReceiptHandle=HANDLE1", `<DeleteMessageBatchResultEntry><Id>i</Id></DeleteMessageBatchResultEntry>`},
		{"ReceiveMessage", "", `<ReceiveMessageResult></ReceiveMessageResult>`},
		{"SendMessage", "QueueUrl=dead&MessageBody=a", `<MessageId>.*`},
		{"SendMessage", "QueueUrl=dead&MessageBody=b", `<MessageId>.*`},
		{"StartMessageMoveTask", "MaxNumberOfMessagesPerSecond=1&DestinationArn=" + dead.ARN()[:len(dead.ARN())-4] + "q&SourceArn=" + dead.ARN(), `<TaskHandle>[^<]+</TaskHandle>`},
		{"ListMessageMoveTasks", "SourceArn=" + dead.ARN(), `<ListMessageMoveTasksResultEntry><TaskHandle>[^<]+</TaskHandle><Status>RUNNING</Status><SourceArn>.*</ListMessageMoveTasksResultEntry>`},
		{"CancelMessageMoveTask", "TaskHandle=HANDLE2", `<ApproximateNumberOfMessagesMoved>\d</ApproximateNumberOfMessagesMoved>`},
		{"PurgeQueue", "", ``},
		{"DeleteQueue", "", ``},
	} {
		body := "Version=2012-11-05&Action=" + c.action + "&" + c.form
		for i, handle := range handles {
			body = strings.ReplaceAll(body, "HANDLE"+string(rune('0'+i)), url.QueryEscape(handle))
		}
		got := ask(t, "POST", endpoint+"/000000000000/q", form, body)
		want := c.want
		if want != "" && !strings.Contains(want, c.action+"Result>") {
			want = "<" + c.action + "Result>" + want + "</" + c.action + "Result>"
		}
		want = `<\?xml version="1.0"\?><` + c.action + `Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/">` + want + `<ResponseMetadata><RequestId>` + got.Header.Get("X-Amzn-Requestid") + `</RequestId></ResponseMetadata></` + c.action + `Response>`
		want = strings.NewReplacer("ID<", "[0-9a-f-]{36}<", "URL", endpoint+"/000000000000/q").Replace(want)
		if got.StatusCode != 200 || !regexp.MustCompile("^"+want+"$").Match(got.body) {
			t.Errorf("%s answers %d\n%s, want\n%s", body, got.StatusCode, got.body, want)
		}
		for _, match := range regexp.MustCompile(`<(?:ReceiptHandle|TaskHandle)>([^<]*)`).FindAllSubmatch(got.body, -1) {
			handles = append(handles, string(match[1]))
		}
		delete(left, c.action)
	}
	if len(left) > 0 {
		t.Errorf("not asked for: %v", left)
	}
}

func TestErrorsByQuery(t *testing.T) {
	t.Parallel()
	s, endpoint := serve(t)
	q := create(t, s, "q", nil)
	path := endpoint + "/000000000000/q"
	for _, c := range []struct {
		method, url, body string
		status            int
		code              string
	}{
		{"POST", endpoint + "/000000000000/none", "Action=SendMessage&MessageBody=b", 400, "AWS.SimpleQueueService.NonExistentQueue"},
		{"POST", path, "Action=SendMessage&MessageBody=b&QueueUrl=none", 400, "AWS.SimpleQueueService.NonExistentQueue"},
		{"POST", endpoint, "Action=SendMessage&MessageBody=b", 400, "MissingParameter"},
		{"POST", path, "Action=SendMessage", 400, "MissingParameter"},
		{"POST", path, "Action=SendMessage&MessageBody=%00", 400, "InvalidMessageContents"},
		{"POST", path, "Action=SendMessage&MessageBody=%ff", 400, "MalformedInput"},
		{"POST", path, "Action=SendMessage&MessageBody=b&DelaySeconds=901", 400, "InvalidParameterValue"},
		{"POST", path, "Action=SendMessage&MessageBody=b&DelaySeconds=soon", 400, "InvalidParameterValue"},
		{"POST", path, "Action=SendMessage&MessageBody=b&MessageAttribute.1.Name=n&MessageAttribute.1.Value=v", 400, "MalformedInput"},
		{"POST", path, "Action=SendMessage&MessageBody=%", 404, "MalformedQueryString"},
		{"POST", path, "Action=DeleteMessage&ReceiptHandle=x", 404, "ReceiptHandleIsInvalid"},
		{"POST", path, "Action=SendMessageBatch", 400, "AWS.SimpleQueueService.EmptyBatchRequest"},
		{"POST", path, "Action=Dance", 400, "InvalidAction"},
		{"POST", path, "Action=AddPermission&Label=l&AWSAccountId.1=123456789012&ActionName.1=SendMessage", 400, "InvalidAction"},
		{"POST", path, "Action=RemovePermission&Label=l", 400, "InvalidAction"},
		{"POST", path, "", 400, "MissingAction"},
		{"GET", path + "?Action=", "", 400, "MissingAction"},
		{"GET", path + "?Action=Dance", "", 400, "InvalidAction"},
	} {
		got := ask(t, c.method, c.url, form+"; charset=utf-8", c.body)
		var e struct {
			XMLName xml.Name `xml:"http://queue.amazonaws.com/doc/2012-11-05/ ErrorResponse"`
			Error   struct{ Type, Code, Message string }
			ID      string `xml:"RequestId"`
		}
		if err := xml.Unmarshal(got.body, &e); err != nil || got.StatusCode != c.status || e.Error.Type != "Sender" || e.Error.Code != c.code || e.Error.Message == "" || e.ID != got.Header.Get("X-Amzn-Requestid") {
			t.Errorf("%s %s %q answers %d %s, %v; want %d %s", c.method, c.url, c.body, got.StatusCode, got.body, err, c.status, c.code)
		}
	}
	s.Close()
	if got := ask(t, "POST", path, form, "Action=PurgeQueue"); got.StatusCode != 503 || !strings.Contains(string(got.body), "<Type>Receiver</Type><Code>ServiceUnavailable</Code>") {
		t.Errorf("a service that is closed answers %d %s", got.StatusCode, got.body)
	}
	wantStats(t, s, q, 0, 0, 0)
}

// TestFormsOfQueryRequests has the forms of AWS's examples.
func TestFormsOfQueryRequests(t *testing.T) {
	t.Parallel()
	s, endpoint := serve(t)
	q := create(t, s, "q", nil)
	const send = "Action=SendMessage&MessageBody=b"
	for _, r := range []reply{
		ask(t, "GET", endpoint+"/000000000000/q/?"+send, "", ""),
		ask(t, "GET", endpoint+"/?"+send+"&QueueUrl="+url.QueryEscape(q.URL()), "", ""),
		ask(t, "POST", endpoint+"/000000000000/q?Action=SendMessage", form, "MessageBody=b"),
		ask(t, "POST", endpoint+"/queue/q?"+send, "", ""),
		ask(t, "POST", endpoint+"/000000000000/other", form, send+"&QueueUrl=q"),
		ask(t, "GET", endpoint+"/000000000000/q?"+send, "", "", "Sec-Fetch-Site", "none"), // typed into a browser
		ask(t, "POST", endpoint+"/000000000000/q", form+";charset=utf-8", send, "X-Amz-Target", "AmazonSQSv20121105.SendMessage"),
		ask(t, "POST", endpoint+"/000000000000/q", form, "Action=SendMessage&MessageBody="+strings.Repeat("%62", 1<<20)),
	} {
		if r.StatusCode != 200 {
			t.Errorf("answers %d %s", r.StatusCode, r.body)
		}
	}
	ask(t, "POST", q.URL(), form, "Action=SendMessage&MessageBody=a;+b%3Bc")
	for _, m := range receive(t, q, 10) {
		if m.Body != "b" && m.Body != "a; b;c" && len(m.Body) != 1<<20 {
			t.Errorf("received %q", m.Body)
		}
	}
	wantStats(t, s, q, 0, 9, 0)
	for _, header := range [][]string{{"Origin", "http://example.com"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}} {
		if r := ask(t, "POST", q.URL(), form, send, header...); r.StatusCode != 403 || !strings.Contains(string(r.body), "<Code>AccessDenied</Code>") {
			t.Errorf("a page is answered %d %s", r.StatusCode, r.body)
		}
	}
	wantStats(t, s, q, 0, 9, 0)
}

// TestTooLargeByQuery: a request with a length that is too large is not read. One
// without a length is read up to the limit.
func TestTooLargeByQuery(t *testing.T) {
	t.Parallel()
	s, _ := serve(t)
	for length, most := range map[int64]int64{maxRequestBytes + 1: 0, -1: maxRequestBytes + 1<<20} {
		body := &io.LimitedReader{R: &endlessBody{}, N: 1 << 40}
		r := httptest.NewRequest(http.MethodPost, "/", body)
		r.ContentLength = length
		r.Header.Set("Content-Type", form)
		w := httptest.NewRecorder()
		Handler(s).ServeHTTP(w, r)
		if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "<Code>RequestEntityTooLarge</Code>") {
			t.Errorf("%d bytes are answered with %d %s", length, w.Code, w.Body)
		}
		if read := 1<<40 - body.N; read > most {
			t.Errorf("%d bytes were read, want at most %d", read, most)
		}
	}
}

// FuzzQuery: every request gets a response in XML, and a string that is sent is
// received unchanged by either protocol.
func FuzzQuery(f *testing.F) {
	for _, text := range []string{"b", " &<>\r\n\t ", "😀\U0010ffff\ufffd", "\x00", "\xff", "%26+"} {
		f.Add("AttributeName.1=All&DelaySeconds=1", text)
		f.Add("Action=ReceiveMessage&QueueUrl=q&MaxNumberOfMessages=10", text)
	}
	f.Fuzz(func(t *testing.T, whatever, text string) {
		s := queue.New(queue.Config{BaseURL: "http://127.0.0.1:9324/", Region: "us-east-1", AccountID: "000000000000"})
		create(t, s, "q", attrs{"VisibilityTimeout": "0"})
		speak := func(contentType, target, body string) *bytes.Buffer {
			r := httptest.NewRequest(http.MethodPost, "/0/q", strings.NewReader(body))
			r.Header.Set("Content-Type", contentType)
			r.Header.Set("X-Amz-Target", target)
			w := httptest.NewRecorder()
			Handler(s).ServeHTTP(w, r)
			return w.Body
		}
		sent := speak(form, "", "Action=SendMessage&MessageBody="+url.QueryEscape(text))
		byQuery, byJSON := speak(form, "", "Action=ReceiveMessage"), speak(jsonType, target+"ReceiveMessage", `{"QueueUrl":"q"}`)
		if queue.ValidText(text) && text != "" {
			var old struct {
				Body string `xml:"ReceiveMessageResult>Message>Body"`
			}
			var young struct{ Messages [1]struct{ Body string } }
			if err := errors.Join(xml.Unmarshal(byQuery.Bytes(), &old), json.Unmarshal(byJSON.Bytes(), &young)); err != nil || old.Body != text || young.Messages[0].Body != text {
				t.Fatalf("%q is answered with\n%s\nand comes as\n%s\n%s, %v", text, sent, byQuery, byJSON, err)
			}
		}
		if values, _ := url.ParseQuery(whatever); values.Has("WaitTimeSeconds") {
			return
		}
		if answer := speak(form, "", whatever); xml.Unmarshal(answer.Bytes(), new(struct{})) != nil {
			t.Fatalf("%q is answered with %s", whatever, answer)
		}
	})
}
