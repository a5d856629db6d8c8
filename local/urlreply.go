package local

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// preludeType is the content type of an answer that begins with a description
// of the response: JSON, and eight null bytes behind it.
// https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
const preludeType = "application/vnd.awslambda.http-integration-response"

// readPrelude reads the description at the beginning of an answer.
func readPrelude(answer *bufio.Reader) (response events.LambdaFunctionURLResponse, err error) {
	prelude, err := answer.ReadBytes(0)
	if err != nil {
		return response, errors.New("the answer ends within its description")
	}
	if _, err := io.CopyN(io.Discard, answer, 7); err != nil {
		return response, errors.New("the answer's description does not end in eight null bytes")
	}
	response.StatusCode = http.StatusOK
	if err := json.Unmarshal(prelude[:len(prelude)-1], &response); err != nil {
		return response, err
	}
	return response, checkStatus(response.StatusCode)
}
