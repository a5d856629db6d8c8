package api

import (
	"context"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// sendInput is a message to send, by itself or as an entry of a batch.
type sendInput struct {
	MessageBody             string
	DelaySeconds            *int
	MessageAttributes       map[string]sentAttribute
	MessageSystemAttributes map[string]sentAttribute
	MessageGroupId          string
	MessageDeduplicationId  string
}

// sentAttribute is a message attribute, with the kinds of values that SQS has
// names for but does not accept.
type sentAttribute struct {
	queue.Attribute
	StringListValues []string
	BinaryListValues [][]byte
}

type sendMessageInput struct {
	queueInput
	sendInput
}

type sendMessageOutput struct {
	MessageId                    string
	MD5OfMessageBody             string
	MD5OfMessageAttributes       string `json:",omitempty"`
	MD5OfMessageSystemAttributes string `json:",omitempty"`
	SequenceNumber               string `json:",omitempty"`
}

func sendMessage(_ context.Context, c call, in *sendMessageInput) (out sendMessageOutput, err error) {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return out, err
	}
	m, err := in.outgoing(c.trace)
	if err != nil {
		return out, err
	}
	sent, err := q.Send(m)
	if err != nil {
		return out, err
	}
	return sendOutput(sent), nil
}

func sendOutput(sent queue.Sent) sendMessageOutput {
	return sendMessageOutput{sent.ID, sent.MD5OfBody, sent.MD5OfAttributes, sent.MD5OfSystemAttributes, sent.SequenceNumber}
}

const maxDelaySeconds = int(queue.MaxDelay / time.Second)

// outgoing is the message, or as much of it as is read where there is an error.
func (in *sendInput) outgoing(trace string) (queue.Outgoing, error) {
	m := queue.Outgoing{Body: in.MessageBody, GroupID: in.MessageGroupId, DeduplicationID: in.MessageDeduplicationId, RequestTrace: trace}
	var err error
	if m.Attributes, err = messageAttributes(in.MessageAttributes); err != nil { // first, because they count towards the size of the batch
		return m, err
	}
	if in.DelaySeconds != nil {
		// Checked first, because a huge number would wrap around to a valid one.
		if *in.DelaySeconds < 0 || *in.DelaySeconds > maxDelaySeconds {
			return m, sqserr.OutOfRange(*in.DelaySeconds, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
		}
		delay := time.Duration(*in.DelaySeconds) * time.Second
		m.Delay = &delay
	}
	for name, a := range in.MessageSystemAttributes {
		if name != "AWSTraceHeader" {
			return m, sqserr.New(sqserr.InvalidParameterValue, "Message system attribute name '%s' is invalid.", name)
		}
		if a.DataType != "String" || a.StringValue == "" || !queue.ValidText(a.StringValue) {
			return m, sqserr.New(sqserr.InvalidParameterValue, "Message system attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.")
		}
		m.TraceHeader = a.StringValue
	}
	return m, nil
}

// messageAttributes are all attributes; the error is about kinds of values that
// SQS does not accept.
func messageAttributes(sent map[string]sentAttribute) (attributes map[string]queue.Attribute, err error) {
	if len(sent) > 0 {
		attributes = make(map[string]queue.Attribute, len(sent))
	}
	for name, a := range sent {
		if a.StringListValues != nil || a.BinaryListValues != nil {
			err = sqserr.New(sqserr.UnsupportedOperation, "Message attribute list values in SendMessage operation are not supported.")
		}
		attributes[name] = a.Attribute
	}
	return attributes, err
}

type sendMessageBatchInput struct {
	queueInput
	Entries []sendEntry
}

type sendEntry struct {
	entryID
	sendInput
}

type sendSucceeded struct {
	entryID
	sendMessageOutput
}

func sendMessageBatch(_ context.Context, c call, in *sendMessageBatchInput) (*batchOutput[sendSucceeded], error) {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := checkEntries(in.Entries, "SendMessageBatchRequestEntry"); err != nil {
		return nil, err
	}
	entries := make([]queue.SendEntry, len(in.Entries))
	for i := range entries {
		entries[i].Outgoing, entries[i].Err = in.Entries[i].outgoing(c.trace)
	}
	if err := q.SendBatch(entries); err != nil {
		return nil, err
	}
	out := newBatchOutput[sendSucceeded](len(entries))
	for i := range entries {
		if id := in.Entries[i].entryID; entries[i].Err != nil {
			out.fail(id.Id, entries[i].Err)
		} else {
			out.Successful = append(out.Successful, sendSucceeded{id, sendOutput(entries[i].Sent)})
		}
	}
	return out, nil
}
