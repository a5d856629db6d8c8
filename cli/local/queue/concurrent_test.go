package queue

import (
	"context"
	"sync"
	"testing"
	"time"
)

// TestManyAtOnce has several send, and several receive, fail and delete, until a
// watch tells that all is done.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newService()
	q := create(t, s, "q", nil)
	const senders, each = 4, 500
	watch := s.Watch()
	defer watch.Stop()

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var mu sync.Mutex
	deleted := map[string]int{}
	var receivers, sending sync.WaitGroup
	for range 4 {
		receivers.Go(func() {
			for {
				messages, err := q.Receive(ctx, 9, time.Minute, -1)
				if err != nil {
					return
				}
				for i, m := range messages {
					if i == 0 && m.ReceiveCount == 1 {
						if err := q.ChangeVisibility(m.ReceiptHandle, 0); err != nil {
							t.Error(err)
						}
						continue
					}
					if err := q.Delete(m.ReceiptHandle); err != nil {
						t.Error(err)
					}
					mu.Lock()
					deleted[m.ID]++
					mu.Unlock()
				}
			}
		})
	}
	for range senders {
		sending.Go(func() {
			for range each {
				send(t, q, "b")
			}
		})
	}
	sending.Wait()
	for now := s.Snapshot()["q"]; now.Visible+now.InFlight+now.Delayed > 0; now = s.Snapshot()["q"] {
		<-watch.C
	}
	cancel()
	receivers.Wait()
	if len(deleted) != senders*each {
		t.Errorf("%d messages were deleted, want %d", len(deleted), senders*each)
	}
	for id, n := range deleted {
		if n != 1 {
			t.Errorf("%s was deleted %d times", id, n)
		}
	}
	if now := s.Snapshot()["q"]; now != (Stats{Arrived: senders * each}) {
		t.Errorf("at the end there is %+v", now)
	}
}
