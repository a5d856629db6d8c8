package lambda

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/aws/aws-lambda-go/events"

	"github.com/serverless-star/starjob/local/plan"
)

// readReply converts a function's reply to a response: an object with a statusCode
// describes the response, and any other JSON is its body.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
func readReply(reply []byte) (response events.LambdaFunctionURLResponse, body []byte, err error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(reply, &fields) != nil || fields["statusCode"] == nil {
		response.StatusCode = http.StatusOK
		return response, reply, nil
	}
	if err := json.Unmarshal(reply, &response); err != nil {
		return response, nil, err
	}
	body = []byte(response.Body)
	if response.IsBase64Encoded {
		if body, err = base64.StdEncoding.DecodeString(response.Body); err != nil {
			return response, nil, err
		}
	}
	return response, body, checkStatus(response.StatusCode)
}

// checkStatus refuses an invalid status of a response.
func checkStatus(status int) error {
	if status < 200 || status > 599 {
		return fmt.Errorf("the statusCode is %d (allowed: 200 to 599)", status)
	}
	return nil
}

// addCORS writes to a response's header what the origin of a request may do.
// Browsers enforce it; Lambda itself refuses nothing because of it. The
// configuration takes precedence over the function's own header fields. Without a
// configuration nothing is written.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
func addCORS(h http.Header, r *http.Request, c *plan.CORS) {
	if c == nil {
		return
	}
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	switch {
	case slices.Contains(c.Origins, "*"):
		origin = "*"
	case !slices.Contains(c.Origins, origin):
		return
	}
	setHeader(h, "Access-Control-Allow-Origin", origin)
	setHeader(h, "Access-Control-Expose-Headers", c.Expose)
	if c.Credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	if r.Method == http.MethodOptions {
		setHeader(h, "Access-Control-Allow-Methods", c.Methods)
		setHeader(h, "Access-Control-Allow-Headers", c.Headers)
		setHeader(h, "Access-Control-Max-Age", c.MaxAge)
	}
}

// setHeader sets a header field, unless its value is empty.
func setHeader(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}
