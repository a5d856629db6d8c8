package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// start invokes a starter with a batch and returns the IDs of the failed items.
func (x *trial) start(t *testing.T, s Starter, items ...testItem) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	reply, err := New(x.config, s, x.sqs, NewLog(&x.log, "INFO"), &x.metrics).Invoke(ctx, sqsEvent(items...))
	if err != nil {
		t.Fatal(err)
	}
	return failedIn(t, reply)
}

// byTask ends tasks at once, in the starter's goroutine, as their bodies say.
func byTask(errs map[string]error) Starter {
	return func(_ context.Context, tasks []Task) {
		for i := range tasks {
			tasks[i].Done(errs[tasks[i].Data()])
		}
	}
}

func TestTasksEndIndependently(t *testing.T) {
	t.Parallel()
	x := newTrial()
	wantFailed(t, x.start(t, byTask(map[string]error{"2": errBroken, "4": &Drop{errBroken}}), bodies("1", "2", "3", "4")...), "m1")
	if got := x.sqs.bodies(deadQueue); len(got) != 1 || got[0] != "4" {
		t.Errorf("dead letters %v", got)
	}
}

// TestTasksOfAGroupKeepTheirOrder: each starts when the one before it is done, and none
// starts after one that failed.
func TestTasksOfAGroupKeepTheirOrder(t *testing.T) {
	t.Parallel()
	x := newTrial()
	began := make(chan string, 9)
	failed := x.start(t, func(ctx context.Context, tasks []Task) {
		for i := range tasks {
			began <- tasks[i].Data()
		}
		byTask(map[string]error{`"a2"`: errBroken})(ctx, tasks)
	}, fifoItems("a1", "a2", "a3", "b1", "b2")...)
	wantFailed(t, failed, "a2", "a3")
	close(began)
	var all []string
	for data := range began {
		all = append(all, data)
	}
	if got := strings.Join(all, " "); len(all) != 4 || !strings.HasPrefix(got, `"a1" "b1" `) {
		t.Errorf("began %s", got)
	}
}

// TestTaskIsDoneWhenItsItemsAreSent: Done does not wait for the sends, but the reply does.
func TestTaskIsDoneWhenItsItemsAreSent(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.sqs.fault = refuses("2")
	failed := x.start(t, func(_ context.Context, tasks []Task) {
		for i := range tasks {
			if err := tasks[i].Generate(Invocation{Step: "sink", Data: JSON(tasks[i].Data())}); err != nil {
				t.Error(err)
			}
			tasks[i].Done(nil)
		}
	}, bodies("1", "2", "3")...)
	wantFailed(t, failed, "m1")
	if got := x.sqs.bodies(sinkQueue); len(got) != 2 {
		t.Errorf("sent %v", got)
	}
}

// TestTasksAreCutOff: tasks that end after the deadline, or never, are retried, and so is
// the rest of their group.
func TestTasksAreCutOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		var late []Task
		failed := x.start(t, func(ctx context.Context, tasks []Task) {
			tasks[0].Done(nil)
			late = tasks[1:]
			<-ctx.Done()
			if err := context.Cause(ctx); !errors.Is(err, errDeadline) {
				t.Error(err)
			}
		}, append(bodies("1", "2"), fifoItems("a1", "a2")...)...)
		wantFailed(t, failed, "a1", "a2", "m1")
		for i := range late {
			late[i].Done(nil)
			if err := late[i].Generate(Invocation{Step: "sink"}); !errors.Is(err, ErrEnded) {
				t.Error(err)
			}
		}
	})
}
