package engine

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
)

// request holds the fields that are read from an HTTP event of API Gateway (payload
// versions 1.0 and 2.0), of a function URL (2.0) or of a load balancer.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
type request struct {
	HTTPMethod      string              `json:"httpMethod"`
	Body            *string             `json:"body"`
	IsBase64Encoded bool                `json:"isBase64Encoded"`
	Headers         map[string]string   `json:"headers"`
	MultiValue      map[string][]string `json:"multiValueHeaders"`
	RequestContext  *struct {
		HTTP *struct{ Method string } `json:"http"`
		ELB  *json.RawMessage         `json:"elb"`
	} `json:"requestContext"`
}

// httpRequest reads an event as an HTTP request. It returns nil for any other event.
func httpRequest(event []byte) *request {
	if !bytes.Contains(event, []byte(`"requestContext"`)) {
		return nil
	}
	var r request
	if json.Unmarshal(event, &r) != nil || r.RequestContext == nil || r.HTTPMethod == "" && r.RequestContext.HTTP == nil {
		return nil
	}
	return &r
}

// body returns the request's body. Without a body it returns the event itself, which
// is then the data of the default step.
func (r *request) body(event []byte) ([]byte, error) {
	if r.Body == nil || *r.Body == "" {
		return event, nil
	}
	if !r.IsBase64Encoded {
		return []byte(*r.Body), nil
	}
	body, err := base64.StdEncoding.DecodeString(*r.Body)
	if err != nil {
		return nil, fmt.Errorf("invalid request: the body is not base64: %w", err)
	}
	return body, nil
}

// response is the response to an HTTP event. API Gateway refuses unknown keys, so
// the keys for load balancers are only set for them.
type response struct {
	StatusCode        int                 `json:"statusCode"`
	StatusDescription string              `json:"statusDescription,omitempty"`
	Headers           map[string]string   `json:"headers,omitempty"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders,omitempty"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
	Body              string              `json:"body"`
}

func (r *request) respond(status int, a answer) ([]byte, error) {
	body, err := json.Marshal(a.shown())
	if err != nil {
		return nil, err
	}
	response := response{StatusCode: status, Body: string(body)}
	elb := r.RequestContext.ELB != nil
	if elb {
		response.StatusDescription = fmt.Sprintf("%d %s", status, http.StatusText(status))
	}
	const name, value = "Content-Type", "application/json"
	if elb && r.Headers == nil && r.MultiValue != nil {
		response.MultiValueHeaders = map[string][]string{name: {value}}
	} else {
		response.Headers = map[string]string{name: value}
	}
	return json.Marshal(response)
}
