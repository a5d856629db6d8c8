// Package sqs is a client of SQS. It sends batches of messages and changes the
// visibility of received messages, with one request per call and without retries. It
// has its own implementation of sending (send.go, encode.go), because that bounds how
// fast a job can generate items. Everything else uses the AWS SDK.
//
// The package classifies errors, but the caller decides what to retry and when. It
// knows queues and messages, but neither the items of a job nor Lambda's events.
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

// Attribute is a message attribute. Its value is Binary if that is not nil, and Value
// otherwise.
type Attribute struct {
	Name, Type string
	Value      string
	Binary     []byte
}

// Result is the result of sending one message of a batch: the ID from SQS, or the error
// for which the message was not sent.
type Result struct {
	ID  string
	Err error
}

// VisibilityChange makes a received message visible again after a delay.
type VisibilityChange struct {
	ReceiptHandle string
	Seconds       int32 // from now, 0 to wire.MaxVisibilitySeconds
}
