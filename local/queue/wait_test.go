package queue

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/local/queue/sqserr"
)

// TestEachWaiterGetsOne: as many receivers are woken as there are messages.
func TestEachWaiterGetsOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", nil)
		var got [3]int
		var all sync.WaitGroup
		for i := range got {
			all.Go(func() { got[i] = len(receiveFor(t, q, 1, 20*time.Second, -1)) })
		}
		synctest.Wait()
		start := time.Now()
		send(t, q, "a")
		send(t, q, "b")
		all.Wait()
		if n := got[0] + got[1] + got[2]; n != 2 || time.Since(start) != 20*time.Second {
			t.Errorf("three that waited received %v after %v", got, time.Since(start))
		}
	})
}

// TestReceiverThatStopsWaitingWakesAnother: a receiver that is woken and canceled at
// the same time must not keep the message from another that waits.
func TestReceiverThatStopsWaitingWakesAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", nil)
		_, quitter, err := q.try(ReceiveRequest{MaxMessages: 1, Visibility: -1}, true)
		if quitter == nil || err != nil {
			t.Fatal("the first receiver does not wait")
		}
		came := make(chan int)
		go func() { came <- len(receiveFor(t, q, 1, time.Hour, -1)) }()
		synctest.Wait()
		start := time.Now()
		send(t, q, "b") // wakes the first
		q.stopWaiting(quitter)
		if n := <-came; n != 1 || time.Since(start) != 0 {
			t.Errorf("the other receiver got %d messages after %v", n, time.Since(start))
		}
	})
}

func TestCanceledReceiveReturnsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", nil)
		ctx, cancel := context.WithCancel(context.Background())
		result := make(chan error)
		go func() {
			_, err := q.Receive(ctx, 1, time.Hour, -1)
			result <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		send(t, q, "b")
		if _, err := q.Receive(ctx, 1, 0, -1); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		wantStats(t, q, 1, 0, 0)
		if q.waiters.len() != 0 {
			t.Error("the receiver still waits")
		}
	})
}

func TestCloseAndDeleteWakeReceivers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(*Service, *Queue)
		code string
	}{
		"service": {func(s *Service, _ *Queue) { s.Close() }, sqserr.ServiceUnavailable},
		"queue":   {func(s *Service, q *Queue) { _ = q.service.Delete(q) }, sqserr.QueueDoesNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService()
				q := create(t, s, "q", nil)
				result := make(chan error)
				go func() {
					_, err := q.Receive(context.Background(), 1, time.Hour, -1)
					result <- err
				}()
				synctest.Wait()
				start := time.Now()
				c.end(s, q)
				wantCode(t, <-result, c.code)
				if time.Since(start) != 0 {
					t.Errorf("it waited for %v", time.Since(start))
				}
				_, err := q.Send(Outgoing{Body: "late"})
				wantCode(t, err, c.code)
				wantCode(t, q.Delete("x"), c.code)
			})
		})
	}
}

// TestLimitInFlightOfFIFO: SQS documents no error for FIFO queues.
func TestLimitInFlightOfFIFO(t *testing.T) {
	t.Parallel()
	q := newFIFO(t)
	q.messages.maxInFlight = 1
	sendAll(t, q, "a1 b1")
	for _, want := range []int{1, 0} {
		messages, err := q.ReceiveMessages(context.Background(), ReceiveRequest{MaxMessages: 1, Wait: -1, Visibility: -1})
		if err != nil || len(messages) != want {
			t.Errorf("received %+v, want %d messages: %v", messages, want, err)
		}
	}
}

// TestLimitInFlight: at the limit of messages in flight nothing is received until a
// message is deleted.
func TestLimitInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := create(t, newService(), "q", nil)
		q.messages.maxInFlight = 10
		for range 11 {
			send(t, q, "b")
		}
		taken := receive(t, q, 11)
		if len(taken) != 10 || !q.crowded() {
			t.Fatalf("received %d messages", len(taken))
		}
		_, err := q.ReceiveMessages(context.Background(), ReceiveRequest{MaxMessages: 1, Wait: -1, Visibility: -1})
		wantCode(t, err, sqserr.OverLimit)
		came := make(chan int)
		go func() { came <- len(receiveFor(t, q, 10, 20*time.Second, -1)) }()
		synctest.Wait()
		if err := q.Delete(taken[7].ReceiptHandle); err != nil {
			t.Error(err)
		}
		if n := <-came; n != 1 {
			t.Errorf("received %d messages after one was deleted", n)
		}
	})
}
