//go:build unix

package local

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/serverless-star/starjob/local/arn"
)

func TestFunctionURLCORS(t *testing.T) {
	t.Parallel()
	const some = `AuthType: AWS_IAM, Cors: {AllowOrigins: ["https://a.example", "http://localhost:3000"], AllowMethods: [GET, POST], AllowHeaders: [authorization, x-own], ExposeHeaders: [date], AllowCredentials: true, MaxAge: 300}`
	const all = `AuthType: NONE, Cors: {AllowOrigins: ["*"], AllowMethods: ["*"]}`
	for name, c := range map[string]struct {
		properties, method, origin string
		status                     int
		invoked                    bool
		want                       string
	}{
		"preflight": {some, "OPTIONS", "https://a.example", 200, false,
			"Allow-Credentials: true, Allow-Headers: authorization,x-own, Allow-Methods: GET,POST, Allow-Origin: https://a.example, Expose-Headers: date, Max-Age: 300"},
		"preflight from elsewhere":      {some, "OPTIONS", "https://b.example", 200, false, ""},
		"preflight from anywhere":       {all, "OPTIONS", "https://b.example", 200, false, "Allow-Methods: *, Allow-Origin: *"},
		"request that is not signed":    {some, "GET", "http://localhost:3000", 403, false, "Allow-Credentials: true, Allow-Origin: http://localhost:3000, Expose-Headers: date"},
		"request":                       {all, "DELETE", "https://b.example", 200, true, "Allow-Origin: *"},
		"OPTIONS without configuration": {"AuthType: NONE", "OPTIONS", "https://b.example", 200, true, ""},
	} {
		s := startURL(t, options(t, "echo"), c.properties)
		r, body := call(t, s, c.method, urlPath, "", "Origin", c.origin, "Access-Control-Request-Method", "GET")
		var got []string
		for _, field := range []string{"Allow-Credentials", "Allow-Headers", "Allow-Methods", "Allow-Origin", "Expose-Headers", "Max-Age"} {
			if value := r.Header.Get("Access-Control-" + field); value != "" {
				got = append(got, field+": "+value)
			}
		}
		if strings.Join(got, ", ") != c.want || r.StatusCode != c.status || (s.Snapshot().Functions["Function"].Invocations == 1) != c.invoked {
			t.Errorf("%s: %s %q %s", name, r.Status, r.Header, body)
		}
	}
}

func TestConfiguredCORSTakesPrecedence(t *testing.T) {
	t.Parallel()
	s := startURL(t, options(t, "reply"), `AuthType: NONE, Cors: {AllowOrigins: ["https://a.example"]}`)
	r, _ := call(t, s, "POST", urlPath, `{"statusCode":200,"headers":{"access-control-allow-origin":"*"}}`, "Content-Type", "text/plain", "Origin", "https://a.example")
	if got := r.Header["Access-Control-Allow-Origin"]; len(got) != 1 || got[0] != "https://a.example" || r.Header.Get("Vary") != "Origin" {
		t.Errorf("%q", r.Header)
	}
}

// TestFunctionURLWithIAM signs requests as the SDK does.
func TestFunctionURLWithIAM(t *testing.T) {
	t.Parallel()
	s := startURL(t, options(t, "echo"), "AuthType: AWS_IAM")
	const hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" // of nothing
	keys := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}
	signed := func(service string) func(r *http.Request) error {
		return func(r *http.Request) error {
			return v4.NewSigner().SignHTTP(t.Context(), keys, r, hash, service, "us-east-1", time.Now())
		}
	}
	for name, c := range map[string]struct {
		sign   func(r *http.Request) error
		status int
	}{
		"not signed": {func(*http.Request) error { return nil }, 403},
		"a token":    {func(r *http.Request) error { r.Header.Set("Authorization", "Bearer x"); return nil }, 403},
		"no key": {func(r *http.Request) error {
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Signature=ab")
			return nil
		}, 403},
		"for another": {signed("sqs"), 403},
		"signed":      {signed("lambda"), 200},
		"presigned": {func(r *http.Request) error {
			uri, _, err := v4.NewSigner().PresignHTTP(t.Context(), keys, r, hash, "lambda", "us-east-1", time.Now())
			return errors.Join(err, replaceURL(r, uri))
		}, 200},
	} {
		r, err := http.NewRequest("GET", s.Endpoint()+urlPath, nil)
		if err := errors.Join(err, c.sign(r)); err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != c.status {
			t.Errorf("%s: %s %s", name, answer.Status, body)
		}
		if c.status == 403 {
			if !strings.HasPrefix(string(body), `{"Message":"Forbidden`) || answer.Header.Get("X-Amzn-Errortype") != "AccessDeniedException" {
				t.Errorf("%s: %q %s", name, answer.Header, body)
			}
			continue
		}
		var e events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatal(err)
		}
		if iam := e.RequestContext.Authorizer.IAM; iam.AccessKey != "AKIDEXAMPLE" || e.RequestContext.AccountID != arn.Account || e.Headers["authorization"] != "" {
			t.Errorf("%s: %s", name, body)
		}
	}
}

func replaceURL(r *http.Request, uri string) (err error) {
	r.URL, err = r.URL.Parse(uri)
	return err
}

// TestAStreamingURLBuffersResponses has a function URL with the invoke mode
// RESPONSE_STREAM, which is ignored with one note.
func TestAStreamingURLBuffersResponses(t *testing.T) {
	t.Parallel()
	var notes []string
	o := options(t, "reply")
	o.Note = func(text string) { notes = append(notes, text) }
	s := startURL(t, o, "AuthType: NONE, InvokeMode: RESPONSE_STREAM")
	for body, want := range map[string]string{`{"statusCode":201}`: `201 application/json `, `"text"`: `200 application/json "text"`, "fail": "502 text/plain; charset=utf-8 Internal Server Error"} {
		r, text := call(t, s, "POST", urlPath, body, "Content-Type", "text/plain")
		if got := r.Status[:4] + r.Header.Get("Content-Type") + " " + text; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if want := "the function URL of Function buffers responses: star run does not support InvokeMode RESPONSE_STREAM"; len(notes) != 1 || notes[0] != want {
		t.Errorf("notes %q", notes)
	}
}

func TestURLsThatLambdaWouldRefuse(t *testing.T) {
	t.Parallel()
	for properties, want := range map[string]string{
		"InvokeMode: BUFFERED":                                   "the function's URL has no AuthType",
		"AuthType: JWT":                                          "AuthType is JWT (allowed: NONE, AWS_IAM)",
		"AuthType: NONE, InvokeMode: STREAM":                     "InvokeMode is STREAM (allowed: BUFFERED, RESPONSE_STREAM)",
		"AuthType: NONE, Cors: {AllowMethods: [GET, OPTIONS]}":   "AllowMethods contains OPTIONS (allowed: GET, ",
		"AuthType: NONE, Cors: {MaxAge: 86401}":                  "MaxAge is 86401 (allowed: 0 to 86,400",
		"AuthType: NONE, Cors: {AllowOrigins: 'https://a.test'}": " is not a list",
	} {
		template := parse(t, `
Resources:
  Function: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: code, Timeout: 100, FunctionUrlConfig: {`+properties+`}}}
`)
		o := options(t, "echo")
		_, err := Start(t.Context(), template, o)
		var refused *TemplateError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", properties, err)
		}
		o.Functions = nil // nothing needs it
		s, err := Start(t.Context(), template, o)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
}
