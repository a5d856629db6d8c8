package functest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/protocol"
)

// SendCall is a call of SendMessageBatch that a test may break.
type SendCall struct {
	http.ResponseWriter
	Number int // from 1

	request *http.Request
	body    []byte
	service *queue.Service
}

// Reply answers the call.
func (c *SendCall) Reply(status int, body any) {
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	c.Header().Set("Content-Type", "application/x-amz-json-1.0")
	c.Header().Set("Content-Length", fmt.Sprint(len(encoded))) // the SDK trips over chunked answers
	c.WriteHeader(status)
	c.Write(encoded)
}

// PassOn sends the entries that choose selects by their IDs to SQS, and responds that the
// others failed.
func (c *SendCall) PassOn(choose func(id string) bool) {
	var request map[string]json.RawMessage
	var entries, passed []map[string]any
	if err := json.Unmarshal(c.body, &request); err != nil {
		panic(err)
	}
	if err := json.Unmarshal(request["Entries"], &entries); err != nil {
		panic(err)
	}
	answer := struct{ Successful, Failed []any }{[]any{}, []any{}}
	for _, e := range entries {
		if choose(e["Id"].(string)) {
			passed = append(passed, e)
		}
	}
	if len(passed) > 0 {
		request["Entries"], _ = json.Marshal(passed)
		body, _ := json.Marshal(request)
		inner := c.request.Clone(c.request.Context())
		inner.Body, inner.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		recorder := httptest.NewRecorder()
		protocol.Handler(c.service).ServeHTTP(recorder, inner)
		if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || recorder.Code != http.StatusOK {
			panic(fmt.Sprint("SQS answers ", recorder.Code, recorder.Body))
		}
	}
	for _, e := range entries {
		if !choose(e["Id"].(string)) {
			answer.Failed = append(answer.Failed, map[string]any{"Id": e["Id"], "Code": "InternalError", "SenderFault": false})
		}
	}
	c.Reply(http.StatusOK, answer)
}
