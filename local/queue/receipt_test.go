package queue

import (
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// TestOldHandleDeletesNothing: a receiver that was too slow must not delete a message
// that another is processing.
func TestOldHandleDeletesNothing(t *testing.T) {
	t.Parallel()
	q := create(t, newService(), "q", nil)
	send(t, q, "b")
	old := receiveFor(t, q, 1, 0, 0)[0]
	latest := one(t, q)
	if err := q.Delete(old.ReceiptHandle); err != nil {
		t.Error(err)
	}
	wantStats(t, q, 0, 1, 0)
	wantCode(t, q.ChangeVisibility(old.ReceiptHandle, 0), sqserr.InvalidParameterValue)
	wantStats(t, q, 0, 1, 0)
	if err := q.Delete(latest.ReceiptHandle, latest.ReceiptHandle); err != nil {
		t.Error(err)
	}
	wantStats(t, q, 0, 0, 0)
}

func TestHandlesAreChecked(t *testing.T) {
	t.Parallel()
	s := newService()
	q, other := create(t, s, "q", nil), create(t, s, "other", nil)
	send(t, q, "b")
	m := one(t, q)
	for _, handle := range []string{"", "x", strings.Repeat("A", 32), strings.Repeat("A", 36), m.ReceiptHandle + "AAAA", m.ReceiptHandle[:31] + "=", m.ReceiptHandle[:31] + "\n"} {
		wantCode(t, q.Delete(handle), sqserr.ReceiptHandleIsInvalid)
	}
	wantCode(t, other.Delete(m.ReceiptHandle), sqserr.ReceiptHandleIsInvalid)
	// One invalid handle does not affect the others.
	wantCode(t, q.Delete("x", m.ReceiptHandle), sqserr.ReceiptHandleIsInvalid)
	wantStats(t, q, 0, 0, 0)
}

// TestMessageIsHiddenAgain: the handle of a message that timed out hides it once more,
// as long as nobody else has it.
func TestMessageIsHiddenAgain(t *testing.T) {
	t.Parallel()
	q := create(t, newService(), "q", nil)
	send(t, q, "b")
	m := receiveFor(t, q, 1, 0, 0)[0]
	if err := q.ChangeVisibility(m.ReceiptHandle, time.Minute); err != nil {
		t.Error(err)
	}
	wantStats(t, q, 0, 1, 0)
	wantCode(t, q.ChangeVisibility(m.ReceiptHandle, -time.Second), sqserr.InvalidParameterValue)
	wantCode(t, q.ChangeVisibility(m.ReceiptHandle, MaxVisibility+1), sqserr.InvalidParameterValue)
}

// TestReceiveForNoTimeChangesNoOrder: a receive with no visibility timeout changes no
// order.
func TestReceiveForNoTimeChangesNoOrder(t *testing.T) {
	t.Parallel()
	s := newService()
	for _, q := range []*Queue{create(t, s, "q", nil), create(t, s, "q.fifo", attrs{"FifoQueue": "true"})} {
		for _, body := range strings.Split("abcde", "") {
			m := Outgoing{Body: body}
			if q.fifo {
				m.GroupID, m.DeduplicationID = "g", body
			}
			sendAs(t, q, m)
		}
		for range 2 {
			if got := bodies(receiveFor(t, q, 3, 0, 0)); got != "abc" {
				t.Errorf("looked at %s of %s, want abc", got, q.name)
			}
		}
		if got := bodies(receive(t, q, 10)); got != "abcde" {
			t.Errorf("received %s of %s, want abcde", got, q.name)
		}
	}
}
