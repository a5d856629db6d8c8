package local

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/serverless-star/starjob/local/sandbox"
)

// urlPrefix begins the paths of function URLs, each of which is a host of its
// own in AWS. The function sees the path behind its name.
const urlPrefix = "/lambda-url/"

// url is where a function's URL leads here, or empty.
func (s *Stack) url(f *function) string {
	if f.functionPlan.url == nil {
		return ""
	}
	return s.endpoint + urlPrefix + f.name + "/"
}

// serveURL serves function URLs.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
func (s *Stack) serveURL(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	u := &urlRequest{urlPlan: &urlPlan{}, to: w, from: r, in: sandbox.Invocation{RequestID: sandbox.NewRequestID()}}
	u.to.Header().Set("X-Amzn-Requestid", u.in.RequestID)
	u.to.Header().Set("Content-Type", "application/json")
	if s.up.Load() {
		u.function = s.functionNamed(name)
	}
	if u.function == nil || u.function.url == nil {
		u.refuse(http.StatusNotFound, "", "there is no function "+name+" with a URL here")
		return
	}
	u.urlPlan = u.function.url
	if r.Method == http.MethodOptions && u.cors != nil {
		u.begin(events.LambdaFunctionURLResponse{StatusCode: http.StatusOK})
		return
	}
	if !u.read(name) {
		return
	}
	defer s.track()()
	u.in.Patience = u.function.patience
	u.answer(u.function.run(s.working, u.in))
}

// urlRequest is a request to a function's URL, and its response.
type urlRequest struct {
	*urlPlan
	to       http.ResponseWriter
	from     *http.Request
	function *function
	in       sandbox.Invocation
}

// read makes the request an event, or refuses it.
func (u *urlRequest) read(name string) bool {
	accessKey, signed := signer(u.from)
	if u.signed && !signed {
		u.refuse(http.StatusForbidden, "AccessDeniedException", "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html")
		return false
	}
	body, err := io.ReadAll(http.MaxBytesReader(u.to, u.from.Body, sandbox.MaxPayloadBytes))
	if err != nil {
		u.refuse(http.StatusRequestEntityTooLarge, "RequestTooLargeException", "Request Entity Too Large")
		return false
	}
	event := urlEvent(u.from, name, u.in.RequestID, body, time.Now())
	if u.signed {
		sign(&event, accessKey)
	}
	u.in.Qualifier = u.qualifier
	u.in.Payload, err = json.Marshal(event)
	if err == nil && len(u.in.Payload) > sandbox.MaxPayloadBytes {
		u.refuse(http.StatusRequestEntityTooLarge, "RequestTooLargeException", "Request Entity Too Large")
		return false
	}
	return err == nil // texts always can be encoded
}

// answer answers with what the function says.
func (u *urlRequest) answer(result sandbox.Result, err error) {
	if err != nil || result.FunctionError != "" {
		u.fail(err)
		return
	}
	response, body, err := readReply(result.Payload)
	if err != nil {
		u.fail(err)
		return
	}
	u.begin(response)
	_, _ = u.to.Write(body) // fails where the client is gone
}

// begin writes the response's head.
func (u *urlRequest) begin(response events.LambdaFunctionURLResponse) {
	h := u.to.Header()
	for key, value := range response.Headers {
		h.Set(key, value)
	}
	for _, cookie := range response.Cookies {
		h.Add("Set-Cookie", cookie)
	}
	u.cors.answer(h, u.from)
	u.to.WriteHeader(response.StatusCode)
}

// fail answers where the function has no answer, or none that can be
// understood.
func (u *urlRequest) fail(err error) {
	if errors.Is(err, sandbox.ErrThrottled) {
		u.refuse(http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")
		return
	}
	u.to.Header().Set("Content-Type", "text/plain; charset=utf-8")
	u.begin(events.LambdaFunctionURLResponse{StatusCode: http.StatusBadGateway})
	_, _ = io.WriteString(u.to, "Internal Server Error") // fails where the client is gone
}

// refuse answers as Lambda refuses a request to a URL.
func (u *urlRequest) refuse(status int, kind, message string) {
	setHeader(u.to.Header(), "X-Amzn-Errortype", kind)
	u.begin(events.LambdaFunctionURLResponse{StatusCode: status})
	_ = json.NewEncoder(u.to).Encode(struct{ Message string }{message}) // fails where the client is gone
}
