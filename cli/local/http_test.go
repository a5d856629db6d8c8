//go:build unix

package local

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// call sends a request to a stack and returns the answer's status and body.
func call(t *testing.T, s *Stack, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, s.Endpoint()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

func TestWebPagesInvokeNothing(t *testing.T) {
	t.Parallel()
	s := stand(t, options(t, "echo"), false)
	for _, h := range [][]string{{"Origin", "https://example.com"}, {"Origin", "null"}} {
		if r, _ := call(t, s, "POST", "/2015-03-31/functions/Function/invocations", "1", h...); r.StatusCode != http.StatusForbidden {
			t.Errorf("%q: %s", h, r.Status)
		}
	}
	r, err := http.NewRequest("POST", s.Endpoint()+"/2015-03-31/functions/Function/invocations", strings.NewReader("1"))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "example.com:80" // a name that leads to this machine
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusForbidden {
		t.Error(answer.Status)
	}
}

func TestFunctionURL(t *testing.T) {
	t.Parallel()
	o := options(t, "echo")
	s, err := Start(t.Context(), parse(t, `
Resources:
  Function: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code}}
  URL: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Function.Arn, AuthType: NONE}}
`), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	url := s.Snapshot().Functions["Function"].URL
	if url != s.Endpoint()+"/lambda-url/Function/" {
		t.Fatalf("the URL is %q", url)
	}
	r, body := call(t, s, "POST", "/lambda-url/Function/a%20b?x=1&x=2", "\xff", "Cookie", "c=1; d=2", "X-Own", "y")
	var event struct {
		Version, RawPath, RawQueryString, Body string
		QueryStringParameters, Headers         map[string]string
		Cookies                                []string
		IsBase64Encoded                        bool
		RequestContext                         struct{ HTTP struct{ Method, Path string } }
	}
	if err := json.Unmarshal([]byte(body), &event); err != nil || r.StatusCode != 200 {
		t.Fatalf("%s: %s", r.Status, body)
	}
	if event.Version != "2.0" || event.RawPath != "/a%20b" || event.RawQueryString != "x=1&x=2" || event.QueryStringParameters["x"] != "1,2" ||
		event.Headers["x-own"] != "y" || len(event.Cookies) != 2 || !event.IsBase64Encoded || event.Body != "/w==" || event.RequestContext.HTTP.Method != "POST" {
		t.Errorf("%s", body)
	}
	if r, _ := call(t, s, "GET", "/lambda-url/Other/", ""); r.StatusCode != 404 {
		t.Error(r.Status)
	}
}

func TestFunctionURLAnswers(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]string{
		`{"messageIds":[]}`: `200 application/json {"messageIds":[]}`,
		`"text"`:            `200 application/json "text"`,
		`{"statusCode":202,"headers":{"content-type":"text/plain"},"body":"ok"}`: `202 text/plain ok`,
		`{"statusCode":200,"body":"b2s=","isBase64Encoded":true}`:                `200 application/json ok`,
		`{"statusCode":"many"}`: `502 text/plain; charset=utf-8 Internal Server Error`,
	} {
		w := httptest.NewRecorder()
		answerURL(w, []byte(reply))
		got := fmt.Sprintf("%d %s %s", w.Code, w.Header().Get("Content-Type"), strings.TrimSpace(w.Body.String()))
		if got != want {
			t.Errorf("%s: got %s, want %s", reply, got, want)
		}
	}
}
