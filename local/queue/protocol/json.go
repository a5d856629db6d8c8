package protocol

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/api"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

const (
	jsonType = "application/x-amz-json-1.0"
	target   = "AmazonSQS." // precedes the action in the header X-Amz-Target
)

// serveJSON answers in the JSON protocol.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
func serveJSON(queues *queue.Service, w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	body, err := doJSON(queues, w, r)
	if err != nil {
		if r.Context().Err() != nil {
			return // the client has gone
		}
		e := sqserr.Of(err)
		w.Header().Set("X-Amzn-Query-Error", e.QueryCode()+";"+e.Fault())
		status, body = e.Status(), errorBody(e)
	}
	write(w, status, jsonType, queue.NewID(), body)
}

// doJSON runs the action of a request.
func doJSON(queues *queue.Service, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), target)
	if r.Method != http.MethodPost || !ok {
		return nil, sqserr.New(sqserr.UnknownOperation, "This is Amazon SQS. It speaks the JSON protocol (POST, with the header X-Amz-Target: AmazonSQS.<action>) and the Query protocol (POST of a form, or GET, with the parameter Action).")
	}
	do, err := api.Find(name)
	if err != nil {
		return nil, err
	}
	body, err := readBody(w, r)
	if err != nil {
		return nil, err
	}
	output, err := do(r.Context(), queues, api.Request{Body: body, Trace: trace(r)})
	if err == nil && output == nil {
		output = []byte("{}")
	}
	return output, err
}

func errorBody(e *sqserr.Error) []byte {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // people read it
	encoder.Encode(struct {      // two strings, which cannot fail
		Type    string `json:"__type"`
		Message string `json:"message"`
	}{e.Type(), e.Message})
	return body.Bytes()
}
