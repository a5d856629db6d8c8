package queue

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

const (
	contentType = "application/x-amz-json-1.0"
	target      = "AmazonSQS."
	// maxRequestBytes bounds what is read of a request: a batch of the largest
	// size, each character of it escaped as \u0000, and what is around it.
	maxRequestBytes = 8 << 20
)

// ServeHTTP speaks SQS's JSON protocol, which all SDKs use since 2024, and the
// Query protocol of older ones. Any signature is accepted, and none too.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isQuery(r) {
		s.serveQuery(w, r)
		return
	}
	answer, err := s.act(w, r)
	if err == nil {
		respond(w, http.StatusOK, answer)
		return
	}
	if r.Context().Err() != nil {
		return // the client has gone
	}
	refusal := refusalOf(err)
	shape := refusal.shape()
	w.Header().Set("X-Amzn-Query-Error", shape.query+";"+shape.fault())
	respond(w, shape.status, fault{shape.namespace + refusal.Code, refusal.Message})
}

// fault is an error's body.
type fault struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

func respond(w http.ResponseWriter, status int, answer any) {
	body, err := encode(answer)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError) // no answer holds what cannot be encoded
		return
	}
	write(w, status, contentType, newID(), body)
}

// write always says how long the answer is: the AWS SDK for Go takes about one
// in a hundred chunked answers on a connection for a failure and sends again.
func write(w http.ResponseWriter, status int, contentType, requestID string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	w.Write(body) // fails where the client has gone
}

// act does what a request asks for.
func (s *Service) act(w http.ResponseWriter, r *http.Request) (any, error) {
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), target)
	if r.Method != http.MethodPost || !ok {
		return nil, refuse(codeUnknownAction, "This is Amazon SQS. It speaks the JSON protocol (POST, with the header X-Amz-Target: AmazonSQS.<action>) and the Query protocol (POST of a form, or GET, with the parameter Action).")
	}
	do, err := actionOf(name)
	if err != nil {
		return nil, err
	}
	body, err := read(w, r)
	if err != nil {
		return nil, err
	}
	return do(s, r.Context(), body)
}

func actionOf(name string) (action, error) {
	if do := actions[name]; do != nil {
		return do, nil
	}
	return nil, refuse(codeUnknownAction, "The action %s is not valid for this web service.", name)
}

// read reads the request's body, but no more than the largest batch can need.
func read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	tooLarge := refuse(codeTooLarge, "The request is longer than %d bytes.", maxRequestBytes)
	if r.ContentLength > maxRequestBytes {
		return nil, tooLarge
	}
	body := bytes.NewBuffer(make([]byte, 0, max(0, r.ContentLength)+bytes.MinRead))
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxRequestBytes))
	var most *http.MaxBytesError
	if errors.As(err, &most) {
		return nil, tooLarge
	}
	if err != nil {
		return nil, refuse(codeSerialization, "The request could not be read: %v", err)
	}
	return body.Bytes(), nil
}

// action does one action: it decodes its input and returns its output.
type action func(s *Service, ctx context.Context, body []byte) (any, error)

func with[Input any](do func(*Service, context.Context, *Input) (any, error)) action {
	return func(s *Service, ctx context.Context, body []byte) (any, error) {
		in := new(Input)
		if err := decode(body, in); err != nil {
			return nil, err
		}
		return do(s, ctx, in)
	}
}

// actions are SQS's, but for those that manage permissions.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
var actions = map[string]action{
	"CancelMessageMoveTask":        with(cancelMessageMoveTask),
	"ChangeMessageVisibility":      with(changeMessageVisibility),
	"ChangeMessageVisibilityBatch": with(changeMessageVisibilityBatch),
	"CreateQueue":                  with(createQueue),
	"DeleteMessage":                with(deleteMessage),
	"DeleteMessageBatch":           with(deleteMessageBatch),
	"DeleteQueue":                  with(deleteQueue),
	"GetQueueAttributes":           with(getQueueAttributes),
	"GetQueueUrl":                  with(getQueueURL),
	"ListDeadLetterSourceQueues":   with(listDeadLetterSourceQueues),
	"ListMessageMoveTasks":         with(listMessageMoveTasks),
	"ListQueueTags":                with(listQueueTags),
	"ListQueues":                   with(listQueues),
	"PurgeQueue":                   with(purgeQueue),
	"ReceiveMessage":               with(receiveMessage),
	"SendMessage":                  with(sendMessage),
	"SendMessageBatch":             with(sendMessageBatch),
	"SetQueueAttributes":           with(setQueueAttributes),
	"StartMessageMoveTask":         with(startMessageMoveTask),
	"TagQueue":                     with(tagQueue),
	"UntagQueue":                   with(untagQueue),
}

// nothing is the output of actions that have none.
type nothing struct{}
