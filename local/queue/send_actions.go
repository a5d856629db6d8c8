package queue

import (
	"context"
	"time"
)

// sendInput is a message to be sent, alone or as an entry of a batch.
type sendInput struct {
	MessageBody             string
	DelaySeconds            *int
	MessageAttributes       map[string]sentAttribute
	MessageSystemAttributes map[string]sentAttribute
	MessageGroupId          string
	MessageDeduplicationId  string
}

// sentAttribute is a message attribute, with the kinds of values that SQS has
// names for but does not take.
type sentAttribute struct {
	Attribute
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

func sendMessage(s *Service, ctx context.Context, in *sendMessageInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	m, err := in.outgoing(traceOf(ctx))
	if err != nil {
		return nil, err
	}
	sent, err := q.Send(m)
	if err != nil {
		return nil, err
	}
	return sent.output(), nil
}

func (sent Sent) output() sendMessageOutput {
	return sendMessageOutput{sent.ID, sent.MD5OfBody, sent.MD5OfAttributes, sent.MD5OfSystemAttributes, sent.SequenceNumber}
}

func (in *sendInput) outgoing(request string) (Outgoing, error) {
	m := Outgoing{Body: in.MessageBody, GroupID: in.MessageGroupId, DeduplicationID: in.MessageDeduplicationId, request: request}
	if err := m.take(in.MessageAttributes); err != nil { // first, as they count in a batch whose other entries are good
		return m, err
	}
	if in.DelaySeconds != nil {
		// Checked here, or a huge number would wrap around to a good one.
		if *in.DelaySeconds < 0 || *in.DelaySeconds > maxDelaySeconds {
			return m, outOfRange(*in.DelaySeconds, "DelaySeconds", badDelay)
		}
		delay := time.Duration(*in.DelaySeconds) * time.Second
		m.Delay = &delay
	}
	for name, a := range in.MessageSystemAttributes {
		if name != "AWSTraceHeader" {
			return m, refuse(codeInvalidParameter, "Message system attribute name '%s' is invalid.", name)
		}
		if a.DataType != "String" || a.StringValue == "" || !allowed(a.StringValue) {
			return m, refuse(codeInvalidParameter, "Message system attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.")
		}
		m.TraceHeader = a.StringValue
	}
	return m, nil
}

// take takes all attributes over, and refuses kinds of values that there are not.
func (m *Outgoing) take(attributes map[string]sentAttribute) (err error) {
	if len(attributes) > 0 {
		m.Attributes = make(map[string]Attribute, len(attributes))
	}
	for name, a := range attributes {
		if a.StringListValues != nil || a.BinaryListValues != nil {
			err = refuse(codeUnsupported, "Message attribute list values in SendMessage operation are not supported.")
		}
		m.Attributes[name] = a.Attribute
	}
	return err
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

// sendMessageBatch checks and hashes all entries before it takes the lock, once
// for all of them.
func sendMessageBatch(s *Service, ctx context.Context, in *sendMessageBatchInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := checkEntries(in.Entries, "SendMessageBatchRequestEntry"); err != nil {
		return nil, err
	}
	out := newBatchOutput[sendSucceeded](len(in.Entries))
	ready, bytes := make([]preparedEntry, len(in.Entries)), 0
	for i := range ready {
		e := &ready[i]
		e.id = in.Entries[i].Id
		e.message, e.err = in.Entries[i].outgoing(traceOf(ctx))
		bytes += e.message.size()
	}
	if bytes > maxMessageBytes {
		return nil, refuse(codeBatchTooLong, "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxMessageBytes, bytes)
	}
	var before *content
	for i := range ready {
		if e := &ready[i]; e.err == nil {
			if e.content, e.err = q.prepare(&e.message, before); e.err == nil {
				before = e.content
			}
		}
	}
	return out, q.sendBatch(ready, out)
}

// preparedEntry is an entry that is checked as far as it can be without the
// queue.
type preparedEntry struct {
	id      string
	message Outgoing
	content *content
	err     error
}

func (q *Queue) sendBatch(entries []preparedEntry, out *batchOutput[sendSucceeded]) error {
	now, err := q.enter()
	defer q.service.leave()
	if err != nil {
		return err
	}
	if err := q.checkBatch(entries); err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		err := e.err
		if err == nil {
			err = q.accepts(&e.message)
		}
		if err != nil {
			out.fail(e.id, err)
			continue
		}
		out.Successful = append(out.Successful, sendSucceeded{entryID{e.id}, q.send(&e.message, e.content, now).output()})
	}
	return nil
}

// checkBatch refuses a batch as a whole for what FIFO queues want of every
// entry, as SQS does.
func (q *Queue) checkBatch(entries []preparedEntry) error {
	for i := range entries {
		switch e := &entries[i]; {
		case !q.fifo:
			return nil
		case e.message.GroupID == "":
			return refuse(codeInvalidParameter, "The request must contain the parameter MessageGroupId.")
		case e.message.DeduplicationID == "" && !q.settings.contentBased:
			return errNoDeduplication
		}
	}
	return nil
}
