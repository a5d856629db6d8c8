package queue

import (
	"context"
	"strings"
	"time"
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

// receiveMessageOutput has no list where there is nothing, as SQS documents.
type receiveMessageOutput struct {
	Messages []receivedMessage `json:",omitempty"`
}

type receivedMessage struct {
	MessageId              string
	ReceiptHandle          string
	MD5OfBody              string
	Body                   string
	Attributes             map[string]string    `json:",omitempty"`
	MD5OfMessageAttributes string               `json:",omitempty"`
	MessageAttributes      map[string]Attribute `json:",omitempty"`
}

// receiveMessage cannot know whether its answer arrives. Where the client has
// gone in the meantime, the messages are in flight all the same and come again
// after their visibility timeout, as with SQS: nothing but a deletion by handle
// acknowledges a message.
func receiveMessage(s *Service, ctx context.Context, in *receiveMessageInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	system, err := in.systemNames()
	if err != nil {
		return nil, err
	}
	wanted, wait, err := in.numbers(q.waitTime())
	if err != nil {
		return nil, err
	}
	if q.fifo { // on standard queues it is ignored
		if wanted.attempt = in.ReceiveRequestAttemptId; !isID(wanted.attempt) {
			return nil, refuse(codeInvalidParameter, badID, wanted.attempt, "ReceiveRequestAttemptId", "ReceiveRequestAttemptId")
		}
	}
	messages, err := q.receive(ctx, wanted, wait)
	if err != nil {
		return nil, err
	}
	if len(messages) == 0 && wait == 0 && q.crowded() {
		return nil, refuse(codeOverLimit, "Too many messages in flight: at most %d.", q.mostInFlight)
	}
	out := receiveMessageOutput{make([]receivedMessage, len(messages))}
	for i := range messages {
		out.Messages[i] = messages[i].output(system, in.MessageAttributeNames)
	}
	return out, nil
}

// numbers checks the numbers of the input and puts in what is left out.
func (in *receiveMessageInput) numbers(wait time.Duration) (receiving, time.Duration, error) {
	wanted := receiving{most: 1, visibility: -1}
	if n := in.MaxNumberOfMessages; n != nil {
		if wanted.most = *n; *n < 1 || *n > maxEntries {
			return wanted, 0, outOfRange(*n, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
		}
	}
	if n := in.WaitTimeSeconds; n != nil {
		if *n < 0 || *n > 20 {
			return wanted, 0, outOfRange(*n, "WaitTimeSeconds", "Must be >= 0 and <= 20, if provided.")
		}
		wait = time.Duration(*n) * time.Second
	}
	if n := in.VisibilityTimeout; n != nil {
		if *n < 0 || *n > maxVisibilitySeconds {
			return wanted, 0, outOfRange(*n, "VisibilityTimeout", "Must be between 0 and 43200, if provided.")
		}
		wanted.visibility = time.Duration(*n) * time.Second
	}
	return wanted, wait, nil
}

func outOfRange(value int, parameter, reason string) error {
	return refuse(codeInvalidParameter, "Value %d for parameter %s is invalid. Reason: %s", value, parameter, reason)
}

// waitTime is how long a receiver waits that does not say.
func (q *Queue) waitTime() time.Duration {
	q.service.enter()
	defer q.service.leave()
	return q.settings.wait
}

// crowded tells whether a standard queue gives nothing out before some of what
// is in flight is deleted. FIFO queues say nothing about it.
func (q *Queue) crowded() bool {
	q.service.enter()
	defer q.service.leave()
	return !q.fifo && q.counts[inFlight] >= q.mostInFlight
}

// systemAttributes are all that a message can have.
var systemAttributes = map[string]bool{
	"ApproximateFirstReceiveTimestamp": true, "ApproximateReceiveCount": true, "AWSTraceHeader": true,
	"DeadLetterQueueSourceArn": true, "MessageDeduplicationId": true, "MessageGroupId": true,
	"SenderId": true, "SentTimestamp": true, "SequenceNumber": true,
}

// systemNames returns the system attributes that are asked for; one of them is
// "All" for all.
func (in *receiveMessageInput) systemNames() (map[string]bool, error) {
	wanted := map[string]bool{}
	for _, names := range [][]string{in.AttributeNames, in.MessageSystemAttributeNames} {
		for _, name := range names {
			if _, ofQueue := settable[name]; name != "All" && !systemAttributes[name] && !ofQueue {
				return nil, refuse(codeAttributeName, "Unknown Attribute %s.", name)
			}
			wanted[name] = true
		}
	}
	return wanted, nil
}

// output is the message with the attributes that are asked for.
func (m *Message) output(system map[string]bool, names []string) receivedMessage {
	out := receivedMessage{MessageId: m.ID, ReceiptHandle: m.ReceiptHandle, MD5OfBody: m.MD5OfBody, Body: m.Body}
	if len(system) > 0 {
		out.Attributes = map[string]string{}
		for name, value := range m.SystemAttributes() {
			if system["All"] || system[name] {
				out.Attributes[name] = value
			}
		}
	}
	out.MessageAttributes = selected(m.Attributes, names)
	if len(out.MessageAttributes) == len(m.Attributes) {
		out.MD5OfMessageAttributes = m.MD5OfAttributes
	} else {
		out.MD5OfMessageAttributes = md5OfAttributes(out.MessageAttributes)
	}
	return out
}

// selected returns the attributes that one of the names stands for: itself, or
// all that begin with what is before a final ".*"; "All" and "*" are all.
func selected(attributes map[string]Attribute, names []string) map[string]Attribute {
	if len(attributes) == 0 {
		return nil
	}
	some := map[string]Attribute{}
	for _, wanted := range names {
		start, isPrefix := strings.CutSuffix(wanted, ".*")
		if wanted == "All" || wanted == "*" {
			return attributes
		}
		if a, ok := attributes[wanted]; ok {
			some[wanted] = a
		}
		for name, a := range attributes {
			if isPrefix && strings.HasPrefix(name, start) {
				some[name] = a
			}
		}
	}
	return some
}
