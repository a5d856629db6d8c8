package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// ends counts how entries ended.
type ends struct {
	mu   sync.Mutex
	errs map[string][]error
}

func (n *ends) entry(queue, body string, size int) *entry {
	return &entry{
		Message: Message{Body: body, Group: "g"}, queue: queue, bytes: size,
		done: func(_ string, err error) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.errs[body] = append(n.errs[body], err)
		},
		doomed: func() bool { return false },
	}
}

// TestOutboxFailsWhatIsLeft puts entries into every place where one can wait,
// and ends the time: each must be failed, once, or its item would be lost.
func TestOutboxFailsWhatIsLeft(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(o *outbox, cancel func()){
		"time over": func(_ *outbox, cancel func()) { cancel() },
		"closed":    func(o *outbox, _ func()) { o.close() },
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			sqs := &fakeSQS{}
			sqs.fault = func(_ int, _ string, messages []*Message) ([]Sent, error) {
				return nil, errors.New("throttled")
			}
			o := newOutbox(ctx, sqs, newRoom(), newPace())
			n := &ends{errs: map[string][]error{}}
			add := func(queue, body string, size int) {
				if err := o.add(n.entry(queue, body, size)); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 10 {
				add(sinkQueue, fmt.Sprint("resting ", i), 1)
			}
			synctest.Wait()
			sqs.mu.Lock()
			sqs.latency = time.Hour
			sqs.mu.Unlock()
			for i := range (startCalls + 1) * 10 {
				add(sinkQueue, fmt.Sprint("on its way or ready ", i), 1)
			}
			add(fifoQueue, "in a part-full batch", 1)
			add(fifoQueue, "behind one of its group", 1)
			synctest.Wait()
			if places := o.places(); places != "resting 1, ready 1, lane 1, group 1" {
				t.Errorf("entries are in: %s", places)
			}
			end(o, cancel)
			synctest.Wait()
			count := 0
			for body, errs := range n.errs {
				if len(errs) != 1 || errs[0] == nil {
					t.Errorf("%s: %q ended with %v", name, body, errs)
				}
				if !strings.HasPrefix(body, "on its way") {
					count++
				}
			}
			if count != 12 {
				t.Errorf("%s: %d of 12 waiting entries ended", name, count)
			}
			if err := o.add(n.entry(sinkQueue, "late", 1)); err == nil || n.errs["late"] != nil {
				t.Errorf("%s: a late entry is accepted", name)
			}
			cancel()
			synctest.Wait()
			if len(n.errs) != (startCalls+2)*10+2 || !o.room.TryAcquire(roomBytes) {
				t.Errorf("%s: %d entries ended, and room is left taken", name, len(n.errs))
			}
		})
	}
}

// TestOutboxDoesNotRetryAfterTheEnd: a call that comes back with rejected entries
// when the time is over must not begin another round.
func TestOutboxDoesNotRetryAfterTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		sqs := &fakeSQS{latency: time.Hour, deaf: true}
		sqs.fault = func(int, string, []*Message) ([]Sent, error) { return []Sent{{Err: errors.New("internal error")}}, nil }
		o := newOutbox(ctx, sqs, newRoom(), newPace())
		n := &ends{errs: map[string][]error{}}
		if err := o.add(n.entry(sinkQueue, "1", 1)); err != nil {
			t.Fatal(err)
		}
		o.flush()
		time.Sleep(time.Hour)
		synctest.Wait()
		if errs := n.errs["1"]; len(errs) != 1 || errs[0] == nil || len(sqs.calls) != 1 {
			t.Errorf("ended with %v after %d calls", errs, len(sqs.calls))
		}
	})
}

// places tells where entries wait.
func (o *outbox) places() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return fmt.Sprintf("resting %d, ready %d, lane %d, group %d",
		len(o.resting), len(o.ready), len(o.lanes[fifoQueue].entries), len(o.groups[groupKey{fifoQueue, "g"}]))
}

func TestSendsRefuseInVain(t *testing.T) {
	t.Parallel()
	var s sends
	if lost, ended := s.begin(); lost != nil || ended != nil {
		t.Fatal(lost, ended)
	}
	s.done("", errBroken)
	if lost, _ := s.begin(); !errors.Is(lost, errBroken) {
		t.Errorf("an item that lost something may generate more: %v", lost)
	}
	s.end(errEnded)
	s.end(errDeadline)
	if _, ended := s.begin(); !errors.Is(ended, errEnded) {
		t.Errorf("an item that has ended may generate more: %v", ended)
	}
	if err := s.wait(t.Context()); !errors.Is(err, errBroken) || s.open != 0 {
		t.Errorf("waited for %v, %d open", err, s.open)
	}
}

func TestSendsCountWhatIsOpenAsLost(t *testing.T) {
	t.Parallel()
	var s sends
	s.begin()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.wait(ctx); err == nil {
		t.Error("what is not confirmed counts as sent")
	}
	s.done("id", nil) // too late to change that
	if sent, lost := s.state(); sent != 1 || lost == nil {
		t.Errorf("%d sent, lost %v", sent, lost)
	}
}

func TestExponential(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, longest time.Duration
		try            int
		want           time.Duration
	}{{1, 100, 1, 1}, {1, 100, 4, 8}, {1, 100, 8, 100}, {1, 100, 1 << 30, 100}, {0, 100, 1 << 30, 0}, {50, 10, 1, 10}, {1, 1 << 62, 1 << 30, 1 << 62}} {
		if got := exponential(c.first, c.longest, c.try); got != c.want {
			t.Errorf("exponential(%v, %v, %d) = %v, want %v", c.first, c.longest, c.try, got, c.want)
		}
	}
}
