package lambda

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/local/sandbox"
)

// URLPrefix begins the paths of function URLs, each of which is a separate host
// in AWS. It is followed by the function's name and the path that the function
// sees.
const URLPrefix = "/lambda-url/"

// ServeURL serves function URLs, with the function as {name} in the path.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
func (a *API) ServeURL(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	u := &urlRequest{url: &plan.URL{}, to: w, from: r, in: sandbox.Invocation{RequestID: sandbox.NewRequestID()}}
	u.to.Header().Set("X-Amzn-Requestid", u.in.RequestID)
	u.to.Header().Set("Content-Type", "application/json")
	f := a.functions[name]
	if f == nil || f.Plan.URL == nil {
		u.refuse(http.StatusNotFound, "", "no function "+name+" with a URL")
		return
	}
	u.url = f.Plan.URL
	if r.Method == http.MethodOptions && u.url.CORS != nil {
		u.begin(events.LambdaFunctionURLResponse{StatusCode: http.StatusOK})
		return
	}
	if !u.read(name) {
		return
	}
	defer a.activity.Begin()()
	u.in.WaitTimeout = f.WaitTimeout
	u.answer(f.Run(a.working, u.in))
}

// A urlRequest is a request to a function's URL, and its response.
type urlRequest struct {
	url  *plan.URL
	to   http.ResponseWriter
	from *http.Request
	in   sandbox.Invocation
}

// read converts the request to an event, or refuses it. It reports which.
func (u *urlRequest) read(name string) bool {
	accessKey, signed := signer(u.from)
	if u.url.IAM && !signed {
		u.refuse(http.StatusForbidden, "AccessDeniedException", "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html")
		return false
	}
	body, err := io.ReadAll(http.MaxBytesReader(u.to, u.from.Body, sandbox.MaxPayloadBytes))
	if err != nil {
		u.refuse(http.StatusRequestEntityTooLarge, "RequestTooLargeException", "Request Entity Too Large")
		return false
	}
	event := urlEvent(u.from, name, u.in.RequestID, body, time.Now())
	if u.url.IAM {
		sign(&event, accessKey)
	}
	u.in.Qualifier = u.url.Qualifier
	u.in.Payload, err = json.Marshal(event)
	if err == nil && len(u.in.Payload) > sandbox.MaxPayloadBytes {
		u.refuse(http.StatusRequestEntityTooLarge, "RequestTooLargeException", "Request Entity Too Large")
		return false
	}
	return err == nil // strings can always be encoded
}

// answer writes the response that a function describes.
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
	_, _ = u.to.Write(body) // fails if the client is gone
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
	addCORS(h, u.from, u.url.CORS)
	u.to.WriteHeader(response.StatusCode)
}

// fail writes the response if the function has no answer, or one that is invalid.
func (u *urlRequest) fail(err error) {
	if errors.Is(err, sandbox.ErrThrottled) {
		u.refuse(http.StatusTooManyRequests, "TooManyRequestsException", "Rate Exceeded.")
		return
	}
	u.to.Header().Set("Content-Type", "text/plain; charset=utf-8")
	u.begin(events.LambdaFunctionURLResponse{StatusCode: http.StatusBadGateway})
	_, _ = io.WriteString(u.to, "Internal Server Error") // fails if the client is gone
}

// refuse writes the response with which Lambda refuses a request to a URL.
func (u *urlRequest) refuse(status int, kind, message string) {
	setHeader(u.to.Header(), "X-Amzn-Errortype", kind)
	u.begin(events.LambdaFunctionURLResponse{StatusCode: status})
	_ = json.NewEncoder(u.to).Encode(struct{ Message string }{message}) // fails if the client is gone
}
