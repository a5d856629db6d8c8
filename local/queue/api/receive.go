package api

import (
	"context"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

type receiveMessageInput struct {
	queueInput
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int
	WaitTimeSeconds             *int
	ReceiveRequestAttemptId     string
	AttributeNames              []string // the older name of the next
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
}

// receiveMessageOutput has no list if there is nothing, as SQS documents.
type receiveMessageOutput struct {
	Messages []receivedMessage `json:",omitempty"`
}

type receivedMessage struct {
	MessageId              string
	ReceiptHandle          string
	MD5OfBody              string
	Body                   string
	Attributes             map[string]string          `json:",omitempty"`
	MD5OfMessageAttributes string                     `json:",omitempty"`
	MessageAttributes      map[string]queue.Attribute `json:",omitempty"`
}

// receiveMessage cannot know whether its answer arrives. If the client has gone in
// the meantime, the messages are in flight all the same and are received again
// after their visibility timeout, as with SQS: only a deletion by handle
// acknowledges a message.
func receiveMessage(ctx context.Context, c call, in *receiveMessageInput) (out receiveMessageOutput, err error) {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return out, err
	}
	system, err := in.systemNames()
	if err != nil {
		return out, err
	}
	wanted, err := in.request()
	if err != nil {
		return out, err
	}
	messages, err := q.ReceiveMessages(ctx, wanted)
	if err != nil {
		return out, err
	}
	out.Messages = make([]receivedMessage, len(messages))
	for i := range messages {
		out.Messages[i] = received(&messages[i], system, in.MessageAttributeNames)
	}
	return out, nil
}

// request checks the numbers of the input, and adds those that are left out.
func (in *receiveMessageInput) request() (queue.ReceiveRequest, error) {
	r := queue.ReceiveRequest{MaxMessages: 1, Wait: -1, Visibility: -1, Attempt: in.ReceiveRequestAttemptId}
	if n := in.MaxNumberOfMessages; n != nil {
		if r.MaxMessages = *n; *n < 1 || *n > maxEntries {
			return r, sqserr.OutOfRange(*n, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
		}
	}
	if n := in.WaitTimeSeconds; n != nil {
		if *n < 0 || *n > 20 {
			return r, sqserr.OutOfRange(*n, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
		}
		r.Wait = time.Duration(*n) * time.Second
	}
	if n := in.VisibilityTimeout; n != nil {
		timeout, err := visibility(*n)
		if err != nil {
			return r, err
		}
		r.Visibility = timeout
	}
	return r, nil
}

// systemAttributes are all that a message can have.
var systemAttributes = map[string]bool{
	"ApproximateFirstReceiveTimestamp": true, "ApproximateReceiveCount": true, "AWSTraceHeader": true,
	"DeadLetterQueueSourceArn": true, "MessageDeduplicationId": true, "MessageGroupId": true,
	"SenderId": true, "SentTimestamp": true, "SequenceNumber": true,
}

// systemNames returns the system attributes that are asked for; one of them may be
// "All".
func (in *receiveMessageInput) systemNames() (map[string]bool, error) {
	wanted := map[string]bool{}
	for _, names := range [][]string{in.AttributeNames, in.MessageSystemAttributeNames} {
		for _, name := range names {
			if name != "All" && !systemAttributes[name] && !queue.IsQueueAttribute(name) {
				return nil, sqserr.New(sqserr.InvalidAttributeName, "Unknown Attribute %s.", name)
			}
			wanted[name] = true
		}
	}
	return wanted, nil
}

// received is a message with the attributes that are asked for.
func received(m *queue.Message, system map[string]bool, names []string) receivedMessage {
	out := receivedMessage{MessageId: m.ID, ReceiptHandle: m.ReceiptHandle, MD5OfBody: m.MD5OfBody, Body: m.Body}
	if len(system) > 0 {
		out.Attributes = map[string]string{}
		for name, value := range m.SystemAttributes() {
			if system["All"] || system[name] {
				out.Attributes[name] = value
			}
		}
	}
	out.MessageAttributes, out.MD5OfMessageAttributes = m.SelectAttributes(names)
	return out
}
