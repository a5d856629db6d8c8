package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

const (
	sinkQueue = "https://sqs/1/sink"
	fifoQueue = "https://sqs/1/ordered.fifo"
)

// senderFunc is a Sender.
type senderFunc func(ctx context.Context, messages []*sqs.Message) ([]sqs.Result, error)

func (f senderFunc) Send(ctx context.Context, _ string, messages []*sqs.Message) ([]sqs.Result, error) {
	return f(ctx, messages)
}

// ends counts how entries ended.
type ends struct {
	mu   sync.Mutex
	errs map[string][]error
}

func (n *ends) entry(queue, body string, size int) *Entry {
	return &Entry{
		Message: sqs.Message{Body: body, Group: "g"}, Queue: queue, Bytes: size,
		Done: func(_ string, err error) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.errs[body] = append(n.errs[body], err)
		},
		Abandoned: func() bool { return false },
	}
}

// TestWaitingEntriesFailWithTheContext puts entries into every place where they can wait,
// and ends the context. Each must fail exactly once, or its item would be lost.
func TestWaitingEntriesFailWithTheContext(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(o *Outbox, cancel func()){
		"time over": func(_ *Outbox, cancel func()) { cancel() },
		"closed":    func(o *Outbox, _ func()) { o.Close() },
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var latency atomic.Int64
			sender := senderFunc(func(ctx context.Context, _ []*sqs.Message) ([]sqs.Result, error) {
				if d := time.Duration(latency.Load()); d > 0 {
					select {
					case <-time.After(d):
					case <-ctx.Done():
						return nil, ctx.Err()
					}
				}
				return nil, errors.New("throttled")
			})
			o := New(ctx, sender, NewBudget(), NewPace())
			n := &ends{errs: map[string][]error{}}
			add := func(queue, body string, size int) {
				if err := o.Add(n.entry(queue, body, size)); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 10 {
				add(sinkQueue, fmt.Sprint("retrying ", i), 1)
			}
			synctest.Wait()
			latency.Store(int64(time.Hour))
			for i := range (startCalls + 1) * 10 {
				add(sinkQueue, fmt.Sprint("on its way or ready ", i), 1)
			}
			add(fifoQueue, "in a partial batch", 1)
			add(fifoQueue, "behind one of its group", 1)
			synctest.Wait()
			if places := o.places(); places != "retrying 1, ready 1, partial 1, group 1" {
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
			if err := o.Add(n.entry(sinkQueue, "late", 1)); err == nil || n.errs["late"] != nil {
				t.Errorf("%s: a late entry is accepted", name)
			}
			cancel()
			synctest.Wait()
			if len(n.errs) != (startCalls+2)*10+2 || !o.budget.free.TryAcquire(budgetBytes) {
				t.Errorf("%s: %d entries ended, and some of the budget is not freed", name, len(n.errs))
			}
		})
	}
}

// TestNothingIsRetriedAfterTheContext: if a call returns rejected entries after the context
// has ended, there must be no other call.
func TestNothingIsRetriedAfterTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		calls := 0
		sender := senderFunc(func(context.Context, []*sqs.Message) ([]sqs.Result, error) {
			calls++
			time.Sleep(time.Hour) // does not hear of the end
			return []sqs.Result{{Err: errors.New("internal error")}}, nil
		})
		o := New(ctx, sender, NewBudget(), NewPace())
		n := &ends{errs: map[string][]error{}}
		if err := o.Add(n.entry(sinkQueue, "1", 1)); err != nil {
			t.Fatal(err)
		}
		o.Flush()
		time.Sleep(time.Hour)
		synctest.Wait()
		if errs := n.errs["1"]; len(errs) != 1 || errs[0] == nil || calls != 1 {
			t.Errorf("ended with %v after %d calls", errs, calls)
		}
	})
}

// places says where entries wait.
func (o *Outbox) places() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return fmt.Sprintf("retrying %d, ready %d, partial %d, group %d",
		len(o.retrying), len(o.ready), len(o.partial[fifoQueue].entries), len(o.groups[fifoGroup{fifoQueue, "g"}]))
}
