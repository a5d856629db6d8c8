package local

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/serverless-star/starjob/cli/local/sandbox"
)

// urlPrefix begins the paths of function URLs, each of which is a host of its
// own in AWS. The function sees the path behind its name.
const urlPrefix = "/lambda-url/"

// url is where a function's URL leads here, or empty.
func (s *Stack) url(f *function) string {
	if !f.hasURL {
		return ""
	}
	return s.endpoint + urlPrefix + f.name + "/"
}

// serveURL serves function URLs. Their AuthType and Cors play no part here.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
func (s *Stack) serveURL(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	var f *function
	if s.up.Load() {
		f = s.functionNamed(name)
	}
	if f == nil || !f.hasURL {
		http.Error(w, `{"Message":"there is no function `+name+` with a URL here"}`, http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, sandbox.MaxPayloadBytes))
	if err != nil {
		http.Error(w, `{"Message":"Request Entity Too Large"}`, http.StatusRequestEntityTooLarge)
		return
	}
	event, err := json.Marshal(urlEvent(r, name, body, time.Now()))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer s.track()()
	result, err := f.run(s.working, sandbox.Invocation{Payload: event})
	if err != nil || result.FunctionError != "" {
		http.Error(w, "Internal Server Error", http.StatusBadGateway)
		return
	}
	answerURL(w, result.Payload)
}

// urlEvent is a request as functions see it: payload format version 2.0.
func urlEvent(r *http.Request, name string, body []byte, now time.Time) events.LambdaFunctionURLRequest {
	path := strings.TrimPrefix(r.URL.EscapedPath(), urlPrefix+name)
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	event := events.LambdaFunctionURLRequest{
		Version: "2.0", RawPath: path, RawQueryString: r.URL.RawQuery,
		Headers: map[string]string{"host": r.Host}, Body: string(body),
		RequestContext: events.LambdaFunctionURLRequestContext{
			AccountID: account, RequestID: r.Header.Get("X-Amzn-Trace-Id"), APIID: name, DomainName: r.Host, DomainPrefix: name,
			Time: now.UTC().Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: now.UnixMilli(),
			HTTP: events.LambdaFunctionURLRequestContextHTTPDescription{
				Method: r.Method, Path: path, Protocol: r.Proto, SourceIP: host, UserAgent: r.UserAgent(),
			},
		},
	}
	for key, values := range r.Header {
		if key == "Cookie" {
			for _, value := range values {
				event.Cookies = append(event.Cookies, strings.Split(value, "; ")...)
			}
			continue
		}
		event.Headers[strings.ToLower(key)] = strings.Join(values, ",")
	}
	for key, values := range r.URL.Query() {
		if event.QueryStringParameters == nil {
			event.QueryStringParameters = map[string]string{}
		}
		event.QueryStringParameters[key] = strings.Join(values, ",")
	}
	if len(body) > 0 && !textual(r.Header.Get("Content-Type")) {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return event
}

// textual tells whether a body of a content type is handed on as it is.
func textual(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (strings.HasPrefix(kind, "text/") || kind == "application/json" || kind == "application/xml" ||
		kind == "application/javascript" || kind == "application/x-www-form-urlencoded")
}

// answerURL answers as the function's reply says: an object with a statusCode
// describes the response, anything else is its body.
func answerURL(w http.ResponseWriter, reply []byte) {
	var fields map[string]json.RawMessage
	var response events.LambdaFunctionURLResponse
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if json.Unmarshal(reply, &fields) != nil || fields["statusCode"] == nil {
		_, _ = w.Write(reply) // fails where the client is gone
		return
	}
	if err := json.Unmarshal(reply, &response); err != nil || response.StatusCode < 200 || response.StatusCode > 599 {
		http.Error(w, "Internal Server Error", http.StatusBadGateway)
		return
	}
	for key, value := range response.Headers {
		h.Set(key, value)
	}
	for _, cookie := range response.Cookies {
		h.Add("Set-Cookie", cookie)
	}
	body := []byte(response.Body)
	if response.IsBase64Encoded {
		body, _ = base64.StdEncoding.DecodeString(response.Body)
	}
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(body)
}
