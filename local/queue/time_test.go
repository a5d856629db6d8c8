package queue

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

func TestDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", attrs{"DelaySeconds": "10"})
		none, longer := time.Duration(0), 20*time.Second
		send(t, q, "own")
		sendAs(t, q, Outgoing{Body: "none", Delay: &none})
		sendAs(t, q, Outgoing{Body: "longer", Delay: &longer})
		wantStats(t, q, 1, 0, 2)
		time.Sleep(10*time.Second - time.Nanosecond)
		wantStats(t, q, 1, 0, 2)
		time.Sleep(time.Nanosecond)
		wantStats(t, q, 2, 0, 1)
		time.Sleep(10 * time.Second)
		if got := bodies(receive(t, q, 10)); got != "noneownlonger" {
			t.Errorf("received %s", got)
		}
	})
}

func TestDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", attrs{"VisibilityTimeout": "60"})
		due := func() time.Time { return q.service.Snapshot()[q.name].Due }
		delay := 90 * time.Second
		send(t, q, "b")
		sendAs(t, q, Outgoing{Body: "later", Delay: &delay})
		if want := time.Now().Add(delay); !due().Equal(want) {
			t.Errorf("%v is due, want %v", due(), want)
		}
		m := one(t, q)
		if want := time.Now().Add(time.Minute); !due().Equal(want) {
			t.Errorf("%v is due, want %v", due(), want)
		}
		time.Sleep(delay)
		if !due().IsZero() {
			t.Errorf("%v is due, and all is visible", due())
		}
		q.Delete(m.ReceiptHandle)
	})
}

func TestVisibilityTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", attrs{"VisibilityTimeout": "60"})
		send(t, q, "b")
		first := one(t, q)
		time.Sleep(60*time.Second - time.Nanosecond)
		wantStats(t, q, 0, 1, 0)
		time.Sleep(time.Nanosecond)
		// The message counts although no operation has looked at the queue.
		wantStats(t, q, 1, 0, 0)
		second := one(t, q)
		if first.ReceiptHandle == second.ReceiptHandle || second.ReceiveCount != 2 {
			t.Errorf("receive %d has the handle %s, the first %s", second.ReceiveCount, second.ReceiptHandle, first.ReceiptHandle)
		}
		if err := q.ChangeVisibility(second.ReceiptHandle, 5*time.Minute); err != nil {
			t.Error(err)
		}
		time.Sleep(5*time.Minute - time.Nanosecond)
		wantStats(t, q, 0, 1, 0)
		time.Sleep(time.Nanosecond)
		wantStats(t, q, 1, 0, 0)
	})
}

func TestTotalVisibilityTimeoutIsLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", nil)
		send(t, q, "b")
		m := receiveFor(t, q, 1, 0, 11*time.Hour)[0]
		time.Sleep(10 * time.Hour)
		wantCode(t, q.ChangeVisibility(m.ReceiptHandle, 2*time.Hour+time.Second), sqserr.InvalidParameterValue)
		if err := q.ChangeVisibility(m.ReceiptHandle, 2*time.Hour); err != nil {
			t.Error(err)
		}
	})
}

func TestRetention(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", attrs{"MessageRetentionPeriod": "60"})
		for range 3 {
			send(t, q, "old")
		}
		later := 10 * time.Minute
		sendAs(t, q, Outgoing{Body: "delayed", Delay: &later})
		receive(t, q, 1)
		time.Sleep(30 * time.Second)
		send(t, q, "young")
		time.Sleep(30 * time.Second)
		wantStats(t, q, 1, 0, 0)
		if m := one(t, q); m.Body != "young" {
			t.Errorf("received %s", m.Body)
		}
	})
}

// TestWatchReportsRetention: a queue may become empty without any operation.
func TestWatchReportsRetention(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		q := create(t, s, "q", attrs{"MessageRetentionPeriod": "60"})
		send(t, q, "old")
		w := s.Watch()
		defer w.Stop()
		start := time.Now()
		<-w.C
		if since := time.Since(start); since != time.Minute {
			t.Errorf("reported after %v", since)
		}
		wantStats(t, q, 0, 0, 0)
	})
}

// TestRetentionCutShort: a shorter retention period applies to messages that are
// already in the queue, and the watch reports its end.
func TestRetentionCutShort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		q := create(t, s, "q", nil)
		send(t, q, "old")
		w := s.Watch()
		defer w.Stop()
		if err := q.SetAttributes(attrs{"MessageRetentionPeriod": "60"}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		<-w.C
		if since := time.Since(start); since != time.Minute {
			t.Errorf("reported after %v", since)
		}
		wantStats(t, q, 0, 0, 0)
	})
}

func TestDeduplicationWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q.fifo", attrs{"FifoQueue": "true"})
		again := func(body string) Sent { return sendAs(t, q, Outgoing{Body: body, GroupID: "g", DeduplicationID: "d"}) }
		first := again("1")
		time.Sleep(5*time.Minute - time.Nanosecond)
		repeated := again("2")
		if repeated.ID != first.ID || repeated.SequenceNumber != first.SequenceNumber {
			t.Error("a repetition within five minutes got a new ID")
		}
		if repeated.MD5OfBody != md5OfBody("2") {
			t.Error("the hash is not that of the sent message, which clients treat as a transmission error")
		}
		time.Sleep(time.Nanosecond)
		if third := again("3"); third.ID == first.ID {
			t.Error("a message counts as a repetition after five minutes")
		}
		for _, id := range []string{"x", "y", "z"} {
			sendAs(t, q, Outgoing{Body: "b", GroupID: "g", DeduplicationID: id})
		}
		wantStats(t, q, 5, 0, 0)
		time.Sleep(5 * time.Minute)
		sendAs(t, q, Outgoing{Body: "b", GroupID: "g", DeduplicationID: "z"})
		wantStats(t, q, 6, 0, 0)
		if got := len(q.sent.values); got != 1 {
			t.Errorf("%d deduplication IDs are remembered, want 1", got)
		}
	})
}

func TestLongPollWaitsForTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", attrs{"DelaySeconds": "7"})
		start := time.Now()
		send(t, q, "b")
		if got := receiveFor(t, q, 10, 20*time.Second, -1); len(got) != 1 || time.Since(start) != 7*time.Second {
			t.Errorf("%d messages after %v", len(got), time.Since(start))
		}
		if got := receiveFor(t, q, 10, 20*time.Second, -1); len(got) != 0 || time.Since(start) != 27*time.Second {
			t.Errorf("%d messages after %v", len(got), time.Since(start))
		}
		if got := receiveFor(t, q, 10, 20*time.Second, -1); len(got) != 1 || time.Since(start) != 37*time.Second {
			t.Errorf("%d messages after %v, want the one that timed out after 37s", len(got), time.Since(start))
		}
	})
}

func TestNamesAndPurgesHaveAMinimumInterval(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService()
		q := create(t, s, "q", nil)
		for range 2 {
			if err := q.Purge(); err != nil {
				t.Error(err)
			}
			err := q.Purge()
			wantCode(t, err, sqserr.PurgeQueueInProgress)
			time.Sleep(time.Minute)
		}
		if err := q.service.Delete(q); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute - time.Nanosecond)
		_, err := s.Create("q", nil, nil)
		wantCode(t, err, sqserr.QueueDeletedRecently)
		time.Sleep(time.Nanosecond)
		create(t, s, "q", nil)
	})
}
