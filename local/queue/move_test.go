package queue

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// startMove starts a task for a dead-letter queue; no rate is 0.
func startMove(t *testing.T, dead *Queue, to string, rate int) *moveTask {
	t.Helper()
	if _, err := dead.service.StartMove(dead.arn, to, rate); err != nil {
		t.Fatal(err)
	}
	dead.service.lock()
	defer dead.service.unlock()
	return dead.moves[len(dead.moves)-1]
}

// fillDeadLetterQueue dead-letters n messages.
func fillDeadLetterQueue(t *testing.T, q *Queue, n int) {
	t.Helper()
	for i := range n {
		sendAs(t, q, Outgoing{Body: fmt.Sprint(i), GroupID: "g", TraceHeader: "Root=1"})
	}
	receiveFor(t, q, n, 0, 0)
	receiveFor(t, q, n, 0, 0)
}

func TestMoveKeepsItsRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, dead := pair(t, newService(), "1", nil)
		fillDeadLetterQueue(t, q, 65)
		startMove(t, dead, "", 20)
		for second := range 3 {
			time.Sleep(time.Second - time.Millisecond)
			moved := 20 * (second + 1)
			wantStats(t, q, moved, 0, 0)
			wantStats(t, dead, 65-moved, 0, 0)
			time.Sleep(time.Millisecond)
			synctest.Wait()
		}
		time.Sleep(time.Second)
		wantStats(t, q, 65, 0, 0)
		wantStats(t, dead, 0, 0, 0)
	})
}

// TestMoveIsAtomic: the counts always add up while messages move.
func TestMoveIsAtomic(t *testing.T) {
	t.Parallel()
	s := newService()
	q, dead := pair(t, s, "1", nil)
	const n = 3 * movesAtOnce
	fillDeadLetterQueue(t, q, n)
	startMove(t, dead, "", 0)
	for now := s.Snapshot(); now[q.name].Visible < n; now = s.Snapshot() {
		if sum := now[q.name].Visible + now[dead.name].Visible; sum != n {
			t.Fatalf("%d messages are there, want %d: %+v", sum, n, now)
		}
	}
}

func TestMovedMessageIsNew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, dead := pair(t, newService(), "1", attrs{"FifoQueue": "true", "ContentBasedDeduplication": "true", "DelaySeconds": "60"})
		sent := send2(t, q)
		startMove(t, dead, "", 0)
		synctest.Wait()
		wantStats(t, q, 0, 0, 2) // what moves is delayed as any other
		time.Sleep(time.Minute)
		messages := receive(t, q, 10)
		if bodies(messages) != "01" {
			t.Fatalf("received %q", bodies(messages))
		}
		for i, m := range messages {
			if m.ID == sent[i].ID || m.ReceiveCount != 1 || m.content.source != "" || m.content.trace != "Root=1" || m.content.group != "g" {
				t.Errorf("the message is %+v of %+v", m, m.content)
			}
		}
	})
}

// send2 dead-letters two messages, one after the other.
func send2(t *testing.T, q *Queue) (sent []Sent) {
	t.Helper()
	for i := range 2 {
		sent = append(sent, sendAs(t, q, Outgoing{Body: fmt.Sprint(i), GroupID: "g", TraceHeader: "Root=1"}))
		time.Sleep(time.Minute)
		receiveFor(t, q, 1, 0, 0)
		receive(t, q, 1)
	}
	return sent
}

// TestMoveFailsAndLosesNothing has destinations that cannot accept the message.
func TestMoveFailsAndLosesNothing(t *testing.T) {
	t.Parallel()
	for reason, spoil := range map[string]func(t *testing.T, q *Queue){
		"AWS.SimpleQueueService.NonExistentQueue": func(t *testing.T, q *Queue) {
			if err := q.service.Delete(q); err != nil {
				t.Fatal(err)
			}
		},
		"InvalidParameterValue": func(t *testing.T, q *Queue) {
			if err := q.configure(attrs{"MaximumMessageSize": "1024"}, false); err != nil {
				t.Fatal(err)
			}
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			q, dead := pair(t, newService(), "1", nil)
			create(t, q.service, "other", attrs{"RedrivePolicy": `{"deadLetterTargetArn":"` + dead.arn + `","maxReceiveCount":1}`})
			sendAs(t, q, Outgoing{Body: fmt.Sprintf("%02000d", 1)})
			receiveFor(t, q, 1, 0, 0)
			receiveFor(t, q, 1, 0, 0)
			spoil(t, q)
			task := startMove(t, dead, "", 0)
			synctest.Wait()
			if task.Status != moveFailed || task.FailureReason != reason {
				t.Errorf("the task is %s because of %q, want %q", task.Status, task.FailureReason, reason)
			}
			wantStats(t, dead, 1, 0, 0)
		})
	}
}

// TestMoveEndsWithItsQueue: a task also ends with the service, and leaves nothing
// running.
func TestMoveEndsWithItsQueue(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(q *Queue){
		"queue":   func(q *Queue) { q.service.Delete(q) },
		"service": func(q *Queue) { q.service.Close() },
	} {
		synctest.Test(t, func(t *testing.T) {
			q, dead := pair(t, newService(), "1", nil)
			fillDeadLetterQueue(t, q, 30)
			task := startMove(t, dead, "", 10)
			time.Sleep(time.Second - time.Millisecond)
			end(dead)
			time.Sleep(time.Minute)
			if task.Moved != 10 {
				t.Errorf("%s: %d messages moved, want 10", name, task.Moved)
			}
		})
	}
}

func TestTenMovesAreRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, dead := pair(t, newService(), "1", nil)
		for range MaxMoves + 3 {
			startMove(t, dead, "", 0)
			synctest.Wait()
		}
		if moves, err := dead.service.Moves(dead.arn, 2*MaxMoves); err != nil || len(moves) != MaxMoves {
			t.Errorf("listed %+v: %v", moves, err)
		}
	})
}
