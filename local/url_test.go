//go:build unix

package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func init() {
	programs["reply"] = func() { // answers with the request's body
		lambda.Start(func(e events.LambdaFunctionURLRequest) (json.RawMessage, error) {
			if e.Body == "fail" {
				return nil, errors.New("no such bucket")
			}
			return json.RawMessage(e.Body), nil
		})
	}
}

// startURL starts a function whose URL has some properties.
func startURL(t *testing.T, o Options, properties string) *Stack {
	return startTemplate(t, `
Resources:
  Function: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code, Timeout: 100}}
  URL: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Function.Arn, `+properties+`}}
`, o, "Function")
}

const urlPath = "/lambda-url/Function/"

// TestFunctionURLEvent sends a request that was recorded in AWS, in the test
// data of aws-lambda-go's lambdaurl package, and expects the same event, except for
// the host, the time, the caller and what TLS adds.
func TestFunctionURLEvent(t *testing.T) {
	t.Parallel()
	s := startURL(t, options(t, "echo"), "AuthType: NONE")
	if url := s.Snapshot().Functions["Function"].URL; url != s.Endpoint()+urlPath {
		t.Fatalf("the URL is %q", url)
	}
	host := strings.TrimPrefix(s.Endpoint(), "http://")
	r, err := http.NewRequest("POST", s.Endpoint()+urlPath+"hello?hello=world&foo=bar", strings.NewReader(`{"hello": "world"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{
		"Accept": {"*/*"}, "Accept-Encoding": {"gzip, deflate"}, "Content-Type": {"application/json"}, "Cookie": {"foo=bar; hello=hello"},
		"Header1": {"h1"}, "Header2": {"h1", "h2"}, "Header3": {"h3"}, "User-Agent": {"python-requests/2.28.2"},
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	var got, want map[string]any
	if err := errors.Join(err, json.Unmarshal(text, &got)); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	recorded := `{
  "body": "{\"hello\": \"world\"}", "cookies": ["foo=bar", "hello=hello"],
  "headers": {
    "accept": "*/*", "accept-encoding": "gzip, deflate", "content-length": "18", "content-type": "application/json", "cookie": "foo=bar; hello=hello",
    "header1": "h1", "header2": "h1,h2", "header3": "h3", "host": "HOST", "user-agent": "python-requests/2.28.2",
    "x-forwarded-for": "127.0.0.1", "x-forwarded-port": "PORT", "x-forwarded-proto": "http"
  },
  "isBase64Encoded": false, "queryStringParameters": {"foo": "bar", "hello": "world"}, "rawPath": "/hello", "rawQueryString": "hello=world&foo=bar",
  "requestContext": {
    "accountId": "anonymous", "apiId": "Function", "domainName": "HOST", "domainPrefix": "Function",
    "http": {"method": "POST", "path": "/hello", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "python-requests/2.28.2"},
    "requestId": "ID", "routeKey": "$default", "stage": "$default"
  },
  "routeKey": "$default", "version": "2.0"
}`
	_, port, _ := strings.Cut(host, ":")
	recorded = strings.NewReplacer("HOST", host, "PORT", port, "ID", answer.Header.Get("X-Amzn-Requestid")).Replace(recorded)
	if err := json.Unmarshal([]byte(recorded), &want); err != nil {
		t.Fatal(err)
	}
	around := got["requestContext"].(map[string]any)
	for _, name := range []string{"time", "timeEpoch", "authentication"} { // the last is null
		delete(around, name)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%v, want\n%v", got, want)
	}
}

func TestFunctionURLBodies(t *testing.T) {
	t.Parallel()
	s := startURL(t, options(t, "echo"), "AuthType: NONE")
	for _, c := range []struct {
		kind, body, want string
		encoded          bool
	}{
		{"text/plain; charset=utf-8", "a", "a", false},
		{"application/json", "a", "a", false},
		{"application/problem+json", "a", "a", false},
		{"application/xml", "a", "a", false},
		{"idk", "<idk/>", "PGlkay8+", true}, // recorded in AWS, as above
		{"image/png", "\xff", "/w==", true},
		{"application/x-www-form-urlencoded", "a=b", "YT1i", true},
		{"", "a", "YQ==", true},
		{"", "", "", false},
	} {
		_, text := call(t, s, "POST", urlPath+"a%20b?x=1&x=2&y=%2C&z", c.body, "Content-Type", c.kind)
		var e events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		if e.Body != c.want || e.IsBase64Encoded != c.encoded {
			t.Errorf("%+v: %q %t", c, e.Body, e.IsBase64Encoded)
		}
		if q := e.QueryStringParameters; e.RawPath != "/a%20b" || e.RawQueryString != "x=1&x=2&y=%2C&z" || len(q) != 3 || q["x"] != "1,2" || q["y"] != "," {
			t.Errorf("%q %q %q", e.RawPath, e.RawQueryString, q)
		}
	}
}

func TestFunctionURLReplies(t *testing.T) {
	t.Parallel()
	s := startURL(t, options(t, "reply"), "AuthType: NONE")
	for reply, want := range map[string]string{
		`{"message":"hi"}`: `200 application/json {"message":"hi"}`,
		`"text"`:           `200 application/json "text"`,
		`[1]`:              `200 application/json [1]`,
		`null`:             `200 application/json null`,
		`{"statusCode":202,"headers":{"content-type":"text/plain"},"body":"ok"}`: `202 text/plain ok`,
		`{"statusCode":200,"body":"b2s=","isBase64Encoded":true}`:                `200 application/json ok`,
		`{"statusCode":200,"body":"b2s","isBase64Encoded":true}`:                 `502 text/plain; charset=utf-8 Internal Server Error`,
		`{"statusCode":200,"cookies":["a=1; Secure","b=2"],"body":"ok"}`:         `200 application/json ok a=1; Secure|b=2`,
		`{"statusCode":204}`:    `204 application/json`,
		`{"statusCode":"many"}`: `502 text/plain; charset=utf-8 Internal Server Error`,
		`{"statusCode":99}`:     `502 text/plain; charset=utf-8 Internal Server Error`,
		`fail`:                  `502 text/plain; charset=utf-8 Internal Server Error`,
	} {
		r, body := call(t, s, "POST", urlPath, reply, "Content-Type", "text/plain")
		got := fmt.Sprintf("%d %s %s %s", r.StatusCode, r.Header.Get("Content-Type"), body, strings.Join(r.Header["Set-Cookie"], "|"))
		if strings.TrimSpace(got) != want || len(r.Header.Get("X-Amzn-Requestid")) != 36 {
			t.Errorf("%s: got %s, want %s", reply, got, want)
		}
	}
}

func TestFunctionURLRefuses(t *testing.T) {
	t.Parallel()
	s := startTemplate(t, `
Resources:
  Function: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: code, Timeout: 100, FunctionUrlConfig: {AuthType: NONE}}}
  Stopped: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: code, Timeout: 100, FunctionUrlConfig: {AuthType: NONE}, ReservedConcurrentExecutions: 0}}
  Closed: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: code, Timeout: 100}}
`, options(t, "echo"), "Function", "Stopped", "Closed")
	for _, c := range []struct {
		path, body string
		status     int
		want       string
	}{
		{urlPath, strings.Repeat("x", 6<<20+1), 413, "Request Entity Too Large"},
		{urlPath, strings.Repeat("x", 6<<20), 413, "Request Entity Too Large"}, // as Base64 it is too large
		{"/lambda-url/Stopped/", "", 429, "Rate Exceeded."},
		{"/lambda-url/Closed/", "", 404, "no function Closed with a URL"},
		{"/lambda-url/Other/", "", 404, "no function Other with a URL"},
	} {
		r, body := call(t, s, "POST", c.path, c.body)
		var e struct{ Message string }
		if err := json.Unmarshal([]byte(body), &e); err != nil || r.StatusCode != c.status || e.Message != c.want {
			t.Errorf("%s: %s %s", c.path, r.Status, body)
		}
	}
}
