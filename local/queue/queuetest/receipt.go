package queuetest

import (
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

var receiptCases = map[string]func(probe){
	"DeleteMessage":                     deleteOne,
	"DeleteMessage/old handle":          deleteOld,
	"DeleteMessage/timed out":           deleteTimedOut,
	"DeleteMessage/bad handle":          deleteBadHandle,
	"ChangeMessageVisibility/back":      changeBack,
	"ChangeMessageVisibility/longer":    changeLonger,
	"ChangeMessageVisibility/deleted":   changeDeleted,
	"ChangeMessageVisibility/bounds":    changeBounds,
	"ChangeMessageVisibility/timed out": changeTimedOut,
}

func (p probe) delete(url, handle *string) error {
	_, err := p.DeleteMessage(p.ctx, &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: handle})
	return err
}

func (p probe) change(url, handle *string, seconds int32) error {
	_, err := p.ChangeMessageVisibility(p.ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: seconds})
	return err
}

func (p probe) ok(err error) {
	p.Helper()
	if err != nil {
		p.Error(err)
	}
}

func deleteOne(p probe) {
	url := p.queue(attributes{"VisibilityTimeout": "1"})
	p.send(url, "b")
	m := p.one(url)
	p.ok(p.delete(url, m.ReceiptHandle))
	p.ok(p.delete(url, m.ReceiptHandle)) // again is no error
	if messages := p.receive(url, 2); len(messages) != 0 {
		p.Error("a deleted message came back")
	}
}

// deleteOld deletes with a handle that a later receive has replaced: the call
// succeeds, and SQS does not define the effect on the message.
func deleteOld(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	old := p.one(url)
	p.ok(p.change(url, old.ReceiptHandle, 0))
	latest := p.one(url)
	p.ok(p.delete(url, old.ReceiptHandle))
	p.ok(p.delete(url, latest.ReceiptHandle))
	if got := p.attribute(url, "ApproximateNumberOfMessagesNotVisible"); got != "0" {
		p.Errorf("%s messages are in flight", got)
	}
}

// deleteTimedOut deletes a message that is visible again and that nobody else
// has received.
func deleteTimedOut(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	m := p.one(url)
	p.ok(p.change(url, m.ReceiptHandle, 0))
	p.ok(p.delete(url, m.ReceiptHandle))
	p.empty(url)
}

func deleteBadHandle(p probe) {
	url := p.queue(nil)
	for _, handle := range []string{"no handle", "AAAA"} {
		refused[*types.ReceiptHandleIsInvalid](p, p.delete(url, &handle))
		refused[*types.ReceiptHandleIsInvalid](p, p.change(url, &handle, 1))
	}
}

func changeBack(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	m := p.one(url)
	p.ok(p.change(url, m.ReceiptHandle, 0))
	if again := p.one(url); *again.MessageId != *m.MessageId {
		p.Error("another message came back")
	}
}

func changeLonger(p probe) {
	url := p.queue(attributes{"VisibilityTimeout": "1"})
	p.send(url, "b")
	m := p.one(url)
	p.ok(p.change(url, m.ReceiptHandle, 60))
	if messages := p.receive(url, 2); len(messages) != 0 {
		p.Error("the message came back before its new timeout")
	}
}

func changeDeleted(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	m := p.one(url)
	p.ok(p.delete(url, m.ReceiptHandle))
	p.code(p.change(url, m.ReceiptHandle, 10), badParameter, "AWS.SimpleQueueService.MessageNotInflight")
}

func changeBounds(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	m := p.one(url)
	for _, seconds := range []int32{-1, 43201} {
		p.code(p.change(url, m.ReceiptHandle, seconds), badParameter)
	}
	p.ok(p.change(url, m.ReceiptHandle, 43000))
}

// changeTimedOut: SQS reports success.
func changeTimedOut(p probe) {
	url := p.queue(nil)
	p.send(url, "b")
	m := p.one(url)
	p.ok(p.change(url, m.ReceiptHandle, 0))
	p.ok(p.change(url, m.ReceiptHandle, 30))
}
