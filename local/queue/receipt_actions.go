package queue

import (
	"context"
	"time"
)

// The actions on receipts.

type deleteMessageInput struct {
	queueInput
	ReceiptHandle string
}

func deleteMessage(s *Service, _ context.Context, in *deleteMessageInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if in.ReceiptHandle == "" {
		return nil, missing("ReceiptHandle")
	}
	return nothing{}, q.Delete(in.ReceiptHandle)
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

func deleteMessageBatch(s *Service, _ context.Context, in *receiptBatchInput) (any, error) {
	return s.receiptBatch(in, "DeleteMessageBatchRequestEntry", func(q *Queue, e *receiptEntry, _ time.Time) error {
		return q.delete(e.ReceiptHandle)
	})
}

func changeMessageVisibilityBatch(s *Service, _ context.Context, in *receiptBatchInput) (any, error) {
	return s.receiptBatch(in, "ChangeMessageVisibilityBatchRequestEntry", func(q *Queue, e *receiptEntry, now time.Time) error {
		seconds := 0 // some SDKs leave a zero out
		if e.VisibilityTimeout != nil {
			seconds = *e.VisibilityTimeout
		}
		timeout, err := timeout(&seconds)
		if err != nil {
			return err
		}
		return q.changeVisibility(e.ReceiptHandle, timeout, now)
	})
}

// receiptBatch does the same to each entry, under one lock.
func (s *Service) receiptBatch(in *receiptBatchInput, kind string, do func(*Queue, *receiptEntry, time.Time) error) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := checkEntries(in.Entries, kind); err != nil {
		return nil, err
	}
	now, err := q.enter()
	defer s.leave()
	if err != nil {
		return nil, err
	}
	out := newBatchOutput[entryID](len(in.Entries))
	for i := range in.Entries {
		e := &in.Entries[i]
		if err := do(q, e, now); err != nil {
			out.fail(e.Id, err)
		} else {
			out.Successful = append(out.Successful, e.entryID)
		}
	}
	return out, nil
}

type changeMessageVisibilityInput struct {
	queueInput
	ReceiptHandle     string
	VisibilityTimeout *int
}

func changeMessageVisibility(s *Service, _ context.Context, in *changeMessageVisibilityInput) (any, error) {
	q, err := s.queue(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if in.ReceiptHandle == "" {
		return nil, missing("ReceiptHandle")
	}
	timeout, err := timeout(in.VisibilityTimeout)
	if err != nil {
		return nil, err
	}
	return nothing{}, q.ChangeVisibility(in.ReceiptHandle, timeout)
}

const maxVisibilitySeconds = int(maxVisibility / time.Second)

// timeout reads a visibility timeout that must be there. Its bounds are checked
// here too, or a huge number would wrap around to a good one.
func timeout(seconds *int) (time.Duration, error) {
	if seconds == nil {
		return 0, missing("VisibilityTimeout")
	}
	if *seconds < 0 || *seconds > maxVisibilitySeconds {
		return 0, outOfRange(*seconds, "VisibilityTimeout", "Must be between 0 and 43200, if provided.")
	}
	return time.Duration(*seconds) * time.Second, nil
}
