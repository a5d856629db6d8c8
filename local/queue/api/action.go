// Package api has the actions of Amazon SQS: each decodes its input from JSON,
// checks it, has package queue do the work, and encodes its output. It knows no
// HTTP; package protocol serves it, and translates the older Query protocol into
// the same requests. Start reading at the table of actions below [Find].
//
// Fields of inputs and outputs have the protocol's names, which encoding/json
// matches.
package api

import (
	"context"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// Request is a call of an action.
type Request struct {
	Body  []byte // as in the JSON protocol
	Trace string // the X-Amzn-Trace-Id header; may be empty
}

// An Action does what its request asks for and returns the output as in the JSON
// protocol, or nil if it has none. Errors are of type [*sqserr.Error], or the
// context's.
type Action func(ctx context.Context, s *queue.Service, r Request) ([]byte, error)

// Find returns the action with that name. The error is an UnknownOperation.
func Find(name string) (Action, error) {
	if do := actions[name]; do != nil {
		return do, nil
	}
	return nil, sqserr.New(sqserr.UnknownOperation, "The action %s is not valid for this web service.", name)
}

// actions are SQS's, except AddPermission and RemovePermission.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
var actions = map[string]Action{
	"CancelMessageMoveTask":        with(cancelMessageMoveTask),
	"ChangeMessageVisibility":      without(changeMessageVisibility),
	"ChangeMessageVisibilityBatch": with(changeMessageVisibilityBatch),
	"CreateQueue":                  with(createQueue),
	"DeleteMessage":                without(deleteMessage),
	"DeleteMessageBatch":           with(deleteMessageBatch),
	"DeleteQueue":                  without(deleteQueue),
	"GetQueueAttributes":           with(getQueueAttributes),
	"GetQueueUrl":                  with(getQueueURL),
	"ListDeadLetterSourceQueues":   with(listDeadLetterSourceQueues),
	"ListMessageMoveTasks":         with(listMessageMoveTasks),
	"ListQueueTags":                with(listQueueTags),
	"ListQueues":                   with(listQueues),
	"PurgeQueue":                   without(purgeQueue),
	"ReceiveMessage":               with(receiveMessage),
	"SendMessage":                  with(sendMessage),
	"SendMessageBatch":             with(sendMessageBatch),
	"SetQueueAttributes":           without(setQueueAttributes),
	"StartMessageMoveTask":         with(startMessageMoveTask),
	"TagQueue":                     without(tagQueue),
	"UntagQueue":                   without(untagQueue),
}

// with is an action that has an output.
func with[Input, Output any](do func(context.Context, call, *Input) (Output, error)) Action {
	return func(ctx context.Context, s *queue.Service, r Request) ([]byte, error) {
		in := new(Input)
		if err := decode(r.Body, in); err != nil {
			return nil, err
		}
		out, err := do(ctx, call{s, r.Trace}, in)
		if err != nil {
			return nil, err
		}
		return encode(out)
	}
}

// without is an action that has no output.
func without[Input any](do func(context.Context, call, *Input) error) Action {
	return func(ctx context.Context, s *queue.Service, r Request) ([]byte, error) {
		in := new(Input)
		if err := decode(r.Body, in); err != nil {
			return nil, err
		}
		return nil, do(ctx, call{s, r.Trace}, in)
	}
}
