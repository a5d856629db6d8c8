package local

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

// readReply makes a response of a function's reply: an object with a statusCode
// describes it, and any other JSON is its body.
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

func checkStatus(status int) error {
	if status < 200 || status > 599 {
		return fmt.Errorf("the statusCode %d is none of a response", status)
	}
	return nil
}
