package queue

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// receiveAs receives up to ten messages under a ReceiveRequestAttemptId.
func receiveAs(q *Queue, attempt string, wait time.Duration) ([]Message, error) {
	return q.ReceiveMessages(context.Background(), ReceiveRequest{MaxMessages: 10, Wait: wait, Visibility: -1, Attempt: attempt})
}

// repeat receives again under "a", and expects the messages of an earlier receive.
func repeat(t *testing.T, q *Queue, first []Message) {
	t.Helper()
	again, err := receiveAs(q, "a", 0)
	if err != nil || len(again) != len(first) {
		t.Fatalf("received %d messages again, of %d: %v", len(again), len(first), err)
	}
	for i := range again {
		if again[i].ReceiptHandle != first[i].ReceiptHandle || again[i].ReceiveCount != first[i].ReceiveCount {
			t.Errorf("received %+v again, of %+v", again[i], first[i])
		}
	}
}

func TestAttemptIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newFIFO(t) // whose visibility timeout is a minute
		sendAll(t, q, "a1 b1 a2")
		first, err := receiveAs(q, "a", 0)
		if err != nil || bodies(first) != "a1a2b1" {
			t.Fatalf("received %s: %v", bodies(first), err)
		}
		sendAll(t, q, "c1")
		time.Sleep(40 * time.Second)
		repeat(t, q, first)
		time.Sleep(40 * time.Second) // the repetition has begun the timeout anew
		wantStats(t, q, 1, 3, 0)
		if got := bodies(receive(t, q, 10)); got != "c1" {
			t.Errorf("received %s in addition to the attempt", got)
		}
		time.Sleep(20 * time.Second)
		second, err := receiveAs(q, "a", 0)
		if err != nil || len(second) != 3 || second[0].ReceiveCount != 2 {
			t.Errorf("received %+v after the timeout: %v", second, err)
		}
		repeat(t, q, second)
	})
}

func TestAttemptIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newFIFO(t)
		q.settings.visibility = time.Hour
		sendAll(t, q, "a1")
		first, err := receiveAs(q, "a", 0)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(recentWindow - time.Nanosecond)
		repeat(t, q, first)
		time.Sleep(time.Nanosecond)
		if again, err := receiveAs(q, "a", 0); len(again) != 0 || err != nil {
			t.Errorf("received %d messages after five minutes: %v", len(again), err)
		}
	})
}

// TestAttemptAfterAChange: an attempt cannot be repeated after its messages changed,
// and nothing is lost.
func TestAttemptAfterAChange(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(q *Queue, handle string) error{
		"deleted":  func(q *Queue, handle string) error { return q.Delete(handle) },
		"released": func(q *Queue, handle string) error { return q.ChangeVisibility(handle, 0) },
		"extended": func(q *Queue, handle string) error { return q.ChangeVisibility(handle, 2*time.Minute) },
		"purged":   func(q *Queue, _ string) error { return q.Purge() },
	} {
		synctest.Test(t, func(t *testing.T) {
			q := newFIFO(t)
			sendAll(t, q, "a1 b1")
			first, err := receiveAs(q, "a", 0)
			if err != nil {
				t.Fatal(err)
			}
			if err := change(q, first[1].ReceiptHandle); err != nil {
				t.Error(err)
			}
			before := q.service.Snapshot()[q.name]
			_, err = receiveAs(q, "a", 0)
			wantCode(t, err, sqserr.InvalidParameterValue)
			if now := q.service.Snapshot()[q.name]; now != before {
				t.Errorf("%s: there is %+v, and was %+v", name, now, before)
			}
		})
	}
}

// TestAttemptsThatWait: a client may repeat a call that the queue is still
// working on.
func TestAttemptsThatWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newFIFO(t)
		came := make(chan []Message)
		for range 2 {
			go func() {
				messages, err := receiveAs(q, "a", 20*time.Second)
				if err != nil {
					t.Error(err)
				}
				came <- messages
			}()
		}
		synctest.Wait()
		sendAll(t, q, "a1")
		if first, second := <-came, <-came; len(first) != 1 || len(second) != 1 || first[0].ReceiptHandle != second[0].ReceiptHandle {
			t.Errorf("received %+v and %+v", first, second)
		}
	})
}

func TestAttemptIDs(t *testing.T) {
	t.Parallel()
	s := newService()
	fifo, standard := create(t, s, "q.fifo", attrs{"FifoQueue": "true"}), create(t, s, "q", nil)
	ask := func(q *Queue, id string) error {
		_, err := q.ReceiveMessages(context.Background(), ReceiveRequest{MaxMessages: 1, Wait: -1, Visibility: -1, Attempt: id})
		return err
	}
	for _, bad := range []string{strings.Repeat("a", 129), "a b", "ä"} {
		wantCode(t, ask(fifo, bad), sqserr.InvalidParameterValue)
		if err := ask(standard, bad); err != nil {
			t.Errorf("a standard queue reads %q: %v", bad, err)
		}
	}
	if err := ask(fifo, strings.Repeat("~", 128)); err != nil {
		t.Error(err)
	}
	send(t, standard, "1")
	send(t, standard, "2")
	for range 2 {
		if err := ask(standard, "a"); err != nil {
			t.Error(err)
		}
	}
	wantStats(t, standard, 0, 2, 0)
}
