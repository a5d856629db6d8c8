package queue

import (
	"context"
	"sync"
	"testing"
	"time"
)

// TestConcurrentClients runs several clients that send, and several that receive,
// fail and delete, until a watch reports that all is done.
func TestConcurrentClients(t *testing.T) {
	t.Parallel()
	s := newService()
	q := create(t, s, "q", nil)
	const workers, each = 4, 500
	watch := s.Watch()
	defer watch.Stop()

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	d := &deleter{T: t, q: q, deleted: map[string]int{}}
	var receiving, sending sync.WaitGroup
	for range workers {
		receiving.Go(func() { d.run(ctx) })
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
	receiving.Wait()
	if len(d.deleted) != workers*each {
		t.Errorf("%d messages were deleted, want %d", len(d.deleted), workers*each)
	}
	for id, n := range d.deleted {
		if n != 1 {
			t.Errorf("%s was deleted %d times", id, n)
		}
	}
	if now := s.Snapshot()["q"]; now != (Stats{Arrived: workers * each}) {
		t.Errorf("the final counts are %+v", now)
	}
}

// deleter is a receiver that fails at times.
type deleter struct {
	*testing.T
	q       *Queue
	mu      sync.Mutex
	deleted map[string]int
}

func (d *deleter) run(ctx context.Context) {
	for {
		messages, err := d.q.Receive(ctx, 9, time.Minute, -1)
		if err != nil {
			return
		}
		for i, m := range messages {
			if i == 0 && m.ReceiveCount == 1 {
				err = d.q.ChangeVisibility(m.ReceiptHandle, 0)
			} else {
				err = d.q.Delete(m.ReceiptHandle)
				d.mu.Lock()
				d.deleted[m.ID]++
				d.mu.Unlock()
			}
			if err != nil {
				d.Error(err)
			}
		}
	}
}
