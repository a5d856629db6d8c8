package queue

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// A receipt handle names one receive of one message: the queue's mark, the
// message's number, and the receive's. It locates the message, so there is
// no table of handles, and handles of past receives remain known.
const handleBytes = 24

func (q *Queue) handle(m *message) string {
	var b [handleBytes]byte
	binary.BigEndian.PutUint64(b[0:], q.handleMark)
	binary.BigEndian.PutUint64(b[8:], m.number)
	binary.BigEndian.PutUint64(b[16:], uint64(m.receiveCount))
	return base64.StdEncoding.EncodeToString(b[:])
}

// find returns the message that a handle names, or nil if it is gone, and
// whether the handle is of its latest receive.
func (q *Queue) find(handle string) (m *message, latest bool, err error) {
	var b [handleBytes]byte
	invalid := len(handle) != base64.StdEncoding.EncodedLen(handleBytes)
	if !invalid {
		n, err := base64.StdEncoding.Strict().Decode(b[:], []byte(handle))
		invalid = err != nil || n != handleBytes || binary.BigEndian.Uint64(b[0:]) != q.handleMark
	}
	if invalid {
		return nil, false, sqserr.New(sqserr.ReceiptHandleIsInvalid, "The input receipt handle \"%.100s\" is not a valid receipt handle.", handle)
	}
	m = q.messages.byNumber[binary.BigEndian.Uint64(b[8:])]
	if m == nil {
		return nil, false, nil
	}
	return m, uint64(m.receiveCount) == binary.BigEndian.Uint64(b[16:]), nil
}

// Receipt is an entry of a batch that refers to a receive, and its result.
type Receipt struct {
	Handle string
	// Visibility is the new timeout, for ChangeVisibilityBatch only.
	Visibility time.Duration
	// Err is why the entry is refused. An entry with an Err that the caller set is
	// ignored.
	Err error
}

// Delete deletes received messages by their receipt handles. Deleting one again
// is not an error. The error joins one [*sqserr.Error] for each handle that is
// refused; the other messages are deleted.
//
// Only the handle of a message's latest receive deletes it: an earlier
// receiver's visibility timeout has ended, and another may be working on it. SQS does
// not define what an older handle does ("the message might not be deleted"); this
// behavior loses nothing.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
func (q *Queue) Delete(handles ...string) error {
	_, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return err
	}
	var refused []error
	for _, handle := range handles {
		if err := q.delete(handle); err != nil {
			refused = append(refused, err)
		}
	}
	return errors.Join(refused...)
}

// DeleteBatch deletes as Delete does, at one moment, and sets Err of each receipt.
// The error is that the queue is gone.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
func (q *Queue) DeleteBatch(receipts []Receipt) error {
	_, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return err
	}
	for i := range receipts {
		if r := &receipts[i]; r.Err == nil {
			r.Err = q.delete(r.Handle)
		}
	}
	return nil
}

func (q *Queue) delete(handle string) error {
	m, latest, err := q.find(handle)
	switch {
	case err != nil:
		return err
	case m == nil:
		return nil // deleted already
	case q.fifo && !(latest && m.state == inFlight):
		// The group may have moved on.
		return sqserr.New(sqserr.InvalidParameterValue, "Value %s for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.", handle)
	case latest:
		q.messages.remove(m)
	}
	return nil
}

// MaxVisibility bounds how long one receive can keep a message invisible.
const MaxVisibility = 12 * time.Hour

// ChangeVisibility makes a received message become visible after another timeout
// from now, 0 to [MaxVisibility]; at zero it is visible at once. The error may be
// that the message is gone, or was received again. On a standard queue a message
// that became visible is hidden again, unless it was received since.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
func (q *Queue) ChangeVisibility(handle string, timeout time.Duration) error {
	now, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return err
	}
	return q.changeVisibility(handle, timeout, now)
}

// ChangeVisibilityBatch changes as ChangeVisibility does, at one moment, and sets
// Err of each receipt. The error is that the queue is gone.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
func (q *Queue) ChangeVisibilityBatch(receipts []Receipt) error {
	now, err := q.lock()
	defer q.service.unlock()
	if err != nil {
		return err
	}
	for i := range receipts {
		if r := &receipts[i]; r.Err == nil {
			r.Err = q.changeVisibility(r.Handle, r.Visibility, now)
		}
	}
	return nil
}

func (q *Queue) changeVisibility(handle string, timeout time.Duration, now time.Time) error {
	if timeout < 0 || timeout > MaxVisibility {
		return sqserr.New(sqserr.InvalidParameterValue, "Value %d for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200.", int64(timeout/time.Second))
	}
	m, latest, err := q.find(handle)
	if err != nil {
		return err
	}
	if m == nil || !latest || q.fifo && m.state != inFlight {
		return sqserr.New(sqserr.InvalidParameterValue, "Value %s for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.", handle)
	}
	due := now.Add(timeout)
	if due.After(m.lastReceived.Add(MaxVisibility)) {
		return sqserr.New(sqserr.InvalidParameterValue, "Value %d for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]", int64(timeout/time.Second))
	}
	if m.due = due; timeout > 0 {
		q.messages.put(m, inFlight)
	} else if m.state == inFlight {
		q.messages.put(m, visible)
	}
	return nil
}
