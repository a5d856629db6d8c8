package engine

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/sqs"
)

// recorder notes the order in which items are handled.
type recorder struct {
	mu    sync.Mutex
	order []string
}

func (r *recorder) add(data []byte) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := strings.Trim(string(data), `"`)
	r.order = append(r.order, name)
	return name
}

func (r *recorder) of(group string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.order), func(name string) bool { return name[:1] != group })
}

func TestGroupKeepsItsOrderAndFailsBehindAFailure(t *testing.T) {
	t.Parallel()
	x := newTrial()
	var seen recorder
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
		if seen.add(data) == "a2" {
			return &RetryAfter{After: 40 * time.Second, Err: errBroken}
		}
		return nil
	}, fifoItems("a1", "b1", "a2", "b2", "a3", "b3", "a4")...)
	wantFailed(t, failed, "a2", "a3", "a4")
	if got := seen.of("a"); !slices.Equal(got, []string{"a1", "a2"}) {
		t.Errorf("handled of a: %v", got)
	}
	if got := seen.of("b"); !slices.Equal(got, []string{"b1", "b2", "b3"}) {
		t.Errorf("handled of b: %v", got)
	}
	for _, id := range []string{"a2", "a3", "a4"} {
		if x.sqs.returned["r-"+id] != 40 {
			t.Errorf("%s is retried after %d s, want 40 like the failed item", id, x.sqs.returned["r-"+id])
		}
	}
}

func TestGroupContinuesAfterThePanicOfAnother(t *testing.T) {
	t.Parallel()
	x := newTrial()
	var seen recorder
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
		switch seen.add(data) {
		case "a1":
			panic("boom")
		case "b1":
			runtime.Goexit()
		}
		return nil
	}, fifoItems("a1", "a2", "b1", "b2", "c1", "c2")...)
	wantFailed(t, failed, "a1", "a2", "b1", "b2")
	if got := seen.of("c"); len(got) != 2 {
		t.Errorf("handled of c: %v", got)
	}
}

// TestGroupWaitsForSends: the second item of a group must not start before the first is
// complete with its sends, because the first may still fail.
func TestGroupWaitsForSends(t *testing.T) {
	t.Parallel()
	x := newTrial()
	var seen recorder
	x.sqs.fault = refuses(`"poison"`)
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, generate Generate) error {
		if seen.add(data) == "a1" {
			return generate(Invocation{Step: "sink", Data: "poison"})
		}
		return nil
	}, fifoItems("a1", "a2")...)
	wantFailed(t, failed, "a1", "a2")
	if got := seen.of("a"); !slices.Equal(got, []string{"a1"}) {
		t.Errorf("handled %v", got)
	}
}

// TestGeneratedItemsKeepTheirOrder sends through a queue that fails randomly in every way.
// The items of every group must arrive in the order of the calls.
func TestGeneratedItemsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		random := rand.New(rand.NewPCG(1, 2))
		x.sqs.latency = time.Millisecond
		x.sqs.fault = func(_ int, _ string, messages []*sqs.Message) ([]sqs.Result, error) {
			if random.IntN(5) == 0 {
				return nil, errBroken
			}
			sent := make([]sqs.Result, len(messages))
			for i := range sent {
				if random.IntN(3) == 0 {
					sent[i].Err = errBroken
				}
			}
			return sent, nil
		}
		const n = 200
		failed := x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
			for i := range n {
				if err := generate(Invocation{Step: "ordered", Data: i, Group: string(rune('a' + i%7))}); err != nil {
					return err
				}
			}
			return nil
		}, bodies("1")...)
		wantFailed(t, failed)
		last := map[string]int{}
		ids := map[string]bool{}
		for _, m := range x.sqs.accepted[fifoQueue] {
			i := number(m.Body)
			if before, ok := last[m.Group]; ok && i <= before {
				t.Fatalf("group %s: %d came after %d", m.Group, i, before)
			}
			last[m.Group] = i
			ids[m.Deduplication] = true
		}
		if len(ids) != n {
			t.Errorf("%d items arrived, want %d", len(ids), n)
		}
	})
}

func TestEqualItemsBothArrive(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.run(t, t.Context(), func(_ context.Context, _ []byte, generate Generate) error {
		for range 2 {
			if err := generate(Invocation{Step: "ordered", Data: "same", Group: "g"}); err != nil {
				return err
			}
		}
		return nil
	}, bodies("1")...)
	got := x.sqs.accepted[fifoQueue]
	if len(got) != 2 || got[0].Deduplication == got[1].Deduplication || got[0].Deduplication == "" || len(got[0].Deduplication) > 128 {
		t.Errorf("sent %+v", got)
	}
}

// TestLostEntryIsNotOvertaken: after an entry of an item was lost, the item's later entries
// of the same group are not sent. Those of other items are.
func TestLostEntryIsNotOvertaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		x.sqs.latency = time.Millisecond
		x.sqs.fault = refuses(`"poison"`)
		failed := x.run(t, t.Context(), func(_ context.Context, data []byte, generate Generate) error {
			if string(data) == "1" {
				time.Sleep(time.Microsecond) // behind the other item's
				return generate(Invocation{Step: "ordered", Data: "other", Group: "g"})
			}
			for _, body := range []string{"first", "poison", "second"} {
				if err := generate(Invocation{Step: "ordered", Data: body, Group: "g"}); err != nil {
					return err
				}
			}
			return nil
		}, bodies("0", "1")...)
		wantFailed(t, failed, "m0")
		if got := x.sqs.bodies(fifoQueue); !slices.Equal(got, []string{`"first"`, `"other"`}) {
			t.Errorf("sent %v", got)
		}
	})
}

func TestDropDoesNotStopItsGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dead    string
		redrive bool // SQS dead-letters the item after enough receives
		failed  []string
	}{{deadQueue + ".fifo", false, nil}, {"", true, []string{"a1"}}, {"", false, nil}} {
		x := newTrial()
		x.config.DeadLetterQueue, x.config.Redrive = c.dead, c.redrive
		var seen recorder
		failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
			if seen.add(data) == "a1" {
				return &Drop{errBroken}
			}
			return nil
		}, fifoItems("a1", "a2", "a3")...)
		wantFailed(t, failed, c.failed...)
		if got := seen.of("a"); !slices.Equal(got, []string{"a1", "a2", "a3"}) {
			t.Errorf("handled %v", got)
		}
		letters := x.sqs.accepted[deadQueue+".fifo"]
		if c.dead != "" && (len(letters) != 1 || letters[0].Group != "a" || letters[0].Deduplication != "a1") {
			t.Errorf("dead letters %+v", letters)
		}
	}
}
