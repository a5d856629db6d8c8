// Package sqs is the client of the queue service: it sends batches of messages
// and changes the visibility of received ones, one request per call, without
// retries. Sending is a request of our own (send.go, encode.go), because it
// bounds how fast a job can generate; everything else is the AWS SDK's.
//
// It classifies errors, but decides nothing about them: what to send again, and
// when, is the caller's affair. It knows queues and messages, and neither the
// items of a job nor the events of Lambda.
//
// Start reading at [Client].
package sqs

// Data types of message attributes.
const (
	TypeString = "String"
	TypeNumber = "Number"
)

// Message is a message to send.
type Message struct {
	Body          string
	Attributes    []Attribute
	Delay         int32  // seconds, 0 to wire.MaxDelaySeconds
	Group         string // message group ID; required on a FIFO queue
	Deduplication string // deduplication ID; on a FIFO queue only
}

// Attribute is a message attribute: Binary where it is not nil, else Value.
type Attribute struct {
	Name, Type string
	Value      string
	Binary     []byte
}

// Result is what became of one message of a batch: the ID that SQS gave it, or
// the error for which it was not sent.
type Result struct {
	ID  string
	Err error
}

// VisibilityChange makes a received message visible again after a while.
type VisibilityChange struct {
	ReceiptHandle string
	Seconds       int32 // from now, 0 to wire.MaxVisibilitySeconds
}
