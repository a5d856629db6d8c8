package engine

import (
	"context"
	"errors"
	"fmt"
)

// SQS is what the engine needs of the queue service. Its methods are called
// concurrently.
type SQS interface {
	// Send sends up to ten messages. It returns an error if nothing is known
	// to have been sent, and otherwise one Sent for each message, in order.
	Send(ctx context.Context, queue string, messages []*Message) ([]Sent, error)
	// Return makes up to ten messages visible again after a while. It returns
	// one error for all that could not be changed.
	Return(ctx context.Context, queue string, messages []Return) error
}

// Message is a message to send.
type Message struct {
	Body          string
	Attributes    []Attribute
	Delay         int32  // seconds
	Group         string // message group ID
	Deduplication string // deduplication ID
}

// Attribute is a message attribute: Binary where it is not nil, else Value.
type Attribute struct {
	Name, Type string
	Value      string
	Binary     []byte
}

// Sent is what became of one message of a batch: its ID, or an error.
type Sent struct {
	ID  string
	Err error
}

// Return is a received message and the seconds after which it is to come back.
type Return struct {
	Receipt string
	After   int32
}

// SendError is an error of SQS's. One that is neither Permanent nor about the
// Queue may be gone at the next attempt; so may any other error.
type SendError struct {
	Code, Message string
	Permanent     bool // the same message will never be accepted
	Queue         bool // no message will be accepted by this queue
	Throttled     bool // fewer calls would be accepted
}

// Error gives SQS's code and text.
func (e *SendError) Error() string {
	if e.Message == "" {
		return e.Code
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

func isPermanent(err error) bool {
	var e *SendError
	return errors.As(err, &e) && (e.Permanent || e.Queue)
}

func isAboutQueue(err error) bool {
	var e *SendError
	return errors.As(err, &e) && e.Queue
}

func isThrottled(err error) bool {
	if err == nil { // as for most of many
		return false
	}
	var e *SendError
	return errors.As(err, &e) && e.Throttled
}
