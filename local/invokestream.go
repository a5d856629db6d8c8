package local

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream"
	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream/eventstreamapi"

	"github.com/serverless-star/starjob/local/sandbox"
)

// serveInvokeStream is Lambda's InvokeWithResponseStream API. A function that
// answers in one piece is streamed in one piece.
// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
func (s *Stack) serveInvokeStream(w http.ResponseWriter, r *http.Request) {
	c, refused := s.readRequest(w, r, "RequestResponse", "DryRun")
	if refused != nil {
		refused.answer(w)
		return
	}
	if c.kind == "DryRun" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	defer s.track()()
	answer := c.function.stream(s.working, c.in)
	defer answer.Close()
	if !answer.begins() {
		if _, err := answer.outcome(); err != nil {
			failed(err).answer(w)
			return
		}
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.amazon.eventstream")
	h.Set("X-Amz-Executed-Version", latest)
	events := eventWriter{w, eventstream.NewEncoder()}
	_, _ = io.Copy(events, answer) // fails where the client is gone
	if result, err := answer.outcome(); err == nil {
		events.complete(result, c.in.Tail)
	}
}

// eventWriter writes an answer as events of an event stream.
// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStreamResponseEvent.html
type eventWriter struct {
	to      http.ResponseWriter
	encoder *eventstream.Encoder
}

// Write sends one piece of the answer.
func (e eventWriter) Write(piece []byte) (int, error) {
	if err := e.send("PayloadChunk", "application/octet-stream", piece); err != nil {
		return 0, err
	}
	return len(piece), nil
}

// complete sends the last event, which tells of a failure and holds the log.
func (e eventWriter) complete(result sandbox.Result, tail bool) {
	var end struct {
		ErrorCode, ErrorDetails, LogResult string `json:",omitempty"`
	}
	if result.FunctionError != "" {
		end.ErrorCode, end.ErrorDetails = result.FunctionError, string(result.Payload)
	}
	if tail {
		end.LogResult = base64.StdEncoding.EncodeToString(result.Log)
	}
	if body, err := json.Marshal(end); err == nil { // texts always can be encoded
		_ = e.send("InvokeComplete", "application/json", body) // fails where the client is gone
	}
}

func (e eventWriter) send(event, contentType string, payload []byte) error {
	m := eventstream.Message{Payload: payload}
	m.Headers.Set(eventstreamapi.MessageTypeHeader, eventstream.StringValue(eventstreamapi.EventMessageType))
	m.Headers.Set(eventstreamapi.EventTypeHeader, eventstream.StringValue(event))
	m.Headers.Set(eventstreamapi.ContentTypeHeader, eventstream.StringValue(contentType))
	if err := e.encoder.Encode(e.to, m); err != nil {
		return err
	}
	flush(e.to)
	return nil
}

// flush sends what was written so far, where the server can.
func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }
