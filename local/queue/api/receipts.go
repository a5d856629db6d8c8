package api

import (
	"context"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// The actions on receipts.

type deleteMessageInput struct {
	queueInput
	ReceiptHandle string
}

func deleteMessage(_ context.Context, c call, in *deleteMessageInput) error {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return err
	}
	if in.ReceiptHandle == "" {
		return sqserr.Missing("ReceiptHandle")
	}
	return q.Delete(in.ReceiptHandle)
}

type changeMessageVisibilityInput struct {
	queueInput
	ReceiptHandle     string
	VisibilityTimeout *int
}

func changeMessageVisibility(_ context.Context, c call, in *changeMessageVisibilityInput) error {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return err
	}
	if in.ReceiptHandle == "" {
		return sqserr.Missing("ReceiptHandle")
	}
	if in.VisibilityTimeout == nil {
		return sqserr.Missing("VisibilityTimeout")
	}
	timeout, err := visibility(*in.VisibilityTimeout)
	if err != nil {
		return err
	}
	return q.ChangeVisibility(in.ReceiptHandle, timeout)
}

const maxVisibilitySeconds = int(queue.MaxVisibility / time.Second)

// visibility reads a visibility timeout. It checks the bounds, because a huge
// number would wrap around to a valid one.
func visibility(seconds int) (time.Duration, error) {
	if seconds < 0 || seconds > maxVisibilitySeconds {
		return 0, sqserr.OutOfRange(seconds, "VisibilityTimeout", "Must be between 0 and 43200, if provided.")
	}
	return time.Duration(seconds) * time.Second, nil
}

type receiptEntry struct {
	entryID
	ReceiptHandle     string
	VisibilityTimeout *int
}

type receiptBatchInput struct {
	queueInput
	Entries []receiptEntry
}

type receiptBatchOutput = batchOutput[entryID]

func deleteMessageBatch(_ context.Context, c call, in *receiptBatchInput) (*receiptBatchOutput, error) {
	q, err := c.receiptQueue(in, "DeleteMessageBatchRequestEntry")
	if err != nil {
		return nil, err
	}
	receipts := make([]queue.Receipt, len(in.Entries), maxEntries)
	for i := range receipts {
		receipts[i].Handle = in.Entries[i].ReceiptHandle
	}
	if err := q.DeleteBatch(receipts); err != nil {
		return nil, err
	}
	return in.output(receipts), nil
}

func changeMessageVisibilityBatch(_ context.Context, c call, in *receiptBatchInput) (*receiptBatchOutput, error) {
	q, err := c.receiptQueue(in, "ChangeMessageVisibilityBatchRequestEntry")
	if err != nil {
		return nil, err
	}
	receipts := make([]queue.Receipt, len(in.Entries), maxEntries)
	for i := range receipts {
		seconds := 0 // some SDKs leave a zero out
		if n := in.Entries[i].VisibilityTimeout; n != nil {
			seconds = *n
		}
		receipts[i].Handle = in.Entries[i].ReceiptHandle
		receipts[i].Visibility, receipts[i].Err = visibility(seconds)
	}
	if err := q.ChangeVisibilityBatch(receipts); err != nil {
		return nil, err
	}
	return in.output(receipts), nil
}

// receiptQueue is the queue of a batch, which is checked in full.
func (c call) receiptQueue(in *receiptBatchInput, kind string) (*queue.Queue, error) {
	q, err := c.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return q, checkEntries(in.Entries, kind)
}

// output reports what became of each entry.
func (in *receiptBatchInput) output(receipts []queue.Receipt) *receiptBatchOutput {
	out := newBatchOutput[entryID](len(receipts))
	for i, r := range receipts {
		if id := in.Entries[i].entryID; r.Err != nil {
			out.fail(id.Id, r.Err)
		} else {
			out.Successful = append(out.Successful, id)
		}
	}
	return out
}
