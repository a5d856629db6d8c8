package queue

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

func newFIFO(t *testing.T) *Queue {
	t.Helper()
	return create(t, newService(), "q.fifo", attrs{"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "60"})
}

// sendAll sends messages of two characters, of which the first is the group.
func sendAll(t *testing.T, q *Queue, all string) {
	t.Helper()
	for _, body := range strings.Fields(all) {
		sendAs(t, q, Outgoing{Body: body, GroupID: body[:1]})
	}
}

func TestGroupsStayTogetherAndInOrder(t *testing.T) {
	t.Parallel()
	q := newFIFO(t)
	sendAll(t, q, "a1 b1 a2 c1 b2 a3")
	if got := bodies(receive(t, q, 4)); got != "a1a2a3b1" {
		t.Errorf("received %s", got)
	}
	if got := bodies(receive(t, q, 10)); got != "c1" {
		t.Errorf("received %s while a and b are in flight", got)
	}
}

// TestGroupWaitsForAllInFlight releases messages of a group in any order. They are
// received again in their order, and only when none of them is in flight.
func TestGroupWaitsForAllInFlight(t *testing.T) {
	t.Parallel()
	q := newFIFO(t)
	sendAll(t, q, "a1 a2 a3 a4")
	taken := receive(t, q, 3)
	back := func(i int) {
		t.Helper()
		if err := q.ChangeVisibility(taken[i].ReceiptHandle, 0); err != nil {
			t.Error(err)
		}
	}
	back(2)
	back(0)
	if got := bodies(receive(t, q, 10)); got != "" {
		t.Errorf("received %s while a2 is in flight", got)
	}
	if err := q.Delete(taken[1].ReceiptHandle); err != nil {
		t.Error(err)
	}
	if got := bodies(receive(t, q, 10)); got != "a1a3a4" {
		t.Errorf("received %s", got)
	}
}

func TestGroupTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newFIFO(t)
		sendAll(t, q, "a1 a2")
		first := receive(t, q, 1)[0]
		start := time.Now()
		if got := bodies(receiveFor(t, q, 10, 2*time.Minute, -1)); got != "a1a2" || time.Since(start) != time.Minute {
			t.Errorf("received %s after %v", got, time.Since(start))
		}
		wantCode(t, q.Delete(first.ReceiptHandle), sqserr.InvalidParameterValue)
		wantStats(t, q, 0, 2, 0)
	})
}

// TestDeletionOpensTheGroup: a receiver that waits is woken by it.
func TestDeletionOpensTheGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newFIFO(t)
		sendAll(t, q, "a1 a2")
		first := receive(t, q, 1)[0]
		came := make(chan string)
		go func() { came <- bodies(receiveFor(t, q, 10, time.Hour, -1)) }()
		synctest.Wait()
		start := time.Now()
		if err := q.Delete(first.ReceiptHandle); err != nil {
			t.Error(err)
		}
		if got := <-came; got != "a2" || time.Since(start) != 0 {
			t.Errorf("received %s after %v", got, time.Since(start))
		}
	})
}

// TestDelayedHoldsUpItsGroup: a later message with no delay does not overtake.
func TestDelayedHoldsUpItsGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newFIFO(t)
		q.settings.delay = 10 * time.Second
		sendAll(t, q, "a1")
		q.settings.delay = 0
		sendAll(t, q, "a2 b1")
		if got := bodies(receive(t, q, 10)); got != "b1" {
			t.Errorf("received %s", got)
		}
		time.Sleep(10 * time.Second)
		if got := bodies(receive(t, q, 10)); got != "a1a2" {
			t.Errorf("received %s", got)
		}
	})
}

// TestDelayIsTheQueues: a message cannot have a delay, except for zero, which
// means the queue's delay.
func TestDelayIsTheQueues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newFIFO(t)
		q.settings.delay = 10 * time.Second
		none, same := time.Duration(0), 10*time.Second
		sendAs(t, q, Outgoing{Body: "a1", GroupID: "a", Delay: &none})
		wantStats(t, q, 0, 0, 1)
		_, err := q.Send(Outgoing{Body: "a2", GroupID: "a", Delay: &same})
		wantCode(t, err, sqserr.InvalidParameterValue)
		time.Sleep(10 * time.Second)
		wantStats(t, q, 1, 0, 0)
	})
}

// TestGroupsAreForgotten: groups use no memory when their messages are gone.
func TestGroupsAreForgotten(t *testing.T) {
	t.Parallel()
	q := newFIFO(t)
	sendAll(t, q, "a1 b1 c1 a2")
	for _, m := range receive(t, q, 10) {
		if err := q.Delete(m.ReceiptHandle); err != nil {
			t.Error(err)
		}
	}
	groups := q.messages.order.(*fifoOrder)
	if len(groups.byID) != 0 || groups.open.Len() != 0 || len(q.messages.byNumber) != 0 || q.messages.ages.Len() != 0 || q.messages.timers.Len() != 0 {
		t.Errorf("%d groups are left, %d of them open", len(groups.byID), groups.open.Len())
	}
}
