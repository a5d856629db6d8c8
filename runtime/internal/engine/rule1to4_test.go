package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

func TestRule1BodyIsTheItemAlone(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.run(t, t.Context(), func(ctx context.Context, data []byte, generate Generate) error {
		if string(data) != `{"any": "producer"}` {
			t.Errorf("handled %s", data)
		}
		return generate(Invocation{Step: "sink", Data: map[string]any{"a": "<b>"}, Delay: 1500 * time.Millisecond, Group: "tenant"})
	}, testItem{body: `{"any": "producer"}`, depth: 4})
	got := x.sqs.accepted[sinkQueue][0]
	want := Message{Body: `{"a":"<b>"}`, Delay: 2, Group: "tenant"}
	depth := Attribute{Name: "star.depth", Type: "Number", Value: "5"}
	if got.Body != want.Body || got.Delay != want.Delay || got.Group != want.Group || got.Deduplication != "" ||
		len(got.Attributes) != 1 || got.Attributes[0].Name != depth.Name || got.Attributes[0].Value != depth.Value || got.Attributes[0].Type != depth.Type {
		t.Errorf("sent %+v", got)
	}
}

func TestRule2ItemsRunConcurrently(t *testing.T) {
	t.Parallel()
	x := newTrial()
	const n = 100
	var all sync.WaitGroup
	all.Add(n)
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
		all.Done()
		all.Wait() // ends only when all are here
		if string(data) == "7" {
			return errBroken
		}
		return nil
	}, numbered(n)...)
	wantFailed(t, failed, "m7")
}

func numbered(n int) []testItem {
	items := make([]testItem, n)
	for i := range items {
		items[i].body = fmt.Sprint(i)
	}
	return items
}

// fifoItems makes items named by group and number, as in a1.
func fifoItems(names ...string) []testItem {
	var items []testItem
	for _, name := range names {
		items = append(items, testItem{id: name, body: `"` + name + `"`, group: name[:1]})
	}
	return items
}

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

func TestRule2FIFOKeepsOrderAndFailsTheRestOfAGroup(t *testing.T) {
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
			t.Errorf("%s comes back after %d s, want 40 as the failed one", id, x.sqs.returned["r-"+id])
		}
	}
}

func TestRule2FIFOGoesOnAfterPanicOfAnotherGroupAndGoexit(t *testing.T) {
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

// TestRule2FIFOWaitsForSends: the second item of a group must not begin before
// the first is complete, sends included, as the first may still fail.
func TestRule2FIFOWaitsForSends(t *testing.T) {
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

// TestRule2GeneratedOrder sends through a queue that fails in every way at
// random, and wants every group's items in the order of the calls.
func TestRule2GeneratedOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		random := rand.New(rand.NewPCG(1, 2))
		x.sqs.latency = time.Millisecond
		x.sqs.fault = func(_ int, _ string, messages []*Message) ([]Sent, error) {
			if random.IntN(5) == 0 {
				return nil, errBroken
			}
			sent := make([]Sent, len(messages))
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

func TestRule2EqualItemsBothArrive(t *testing.T) {
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

// TestRule2LostEntryIsNotOvertaken: what an item generates for a group behind
// something that was lost is not sent; another item's is.
func TestRule2LostEntryIsNotOvertaken(t *testing.T) {
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

func TestRule2DefaultGroups(t *testing.T) {
	t.Parallel()
	x := newTrial()
	toOrdered := func(_ context.Context, _ []byte, generate Generate) error {
		return generate(Invocation{Step: "ordered", Data: 1})
	}
	x.run(t, t.Context(), toOrdered, fifoItems("a1")...)
	x.run(t, t.Context(), toOrdered, bodies("1")...)
	got := x.sqs.accepted[fifoQueue]
	if len(got) != 2 || got[0].Group != "a" || got[1].Group != "ordered" {
		t.Errorf("sent %+v", got)
	}
}

func TestRule3ReplyListsExactlyFailures(t *testing.T) {
	t.Parallel()
	x := newTrial()
	h := byBody(map[string]error{"1": errBroken, "3": &Drop{errBroken}})
	for name, c := range map[string]struct {
		items []testItem
		want  []string
	}{
		"none":  {bodies("0", "2"), nil},
		"some":  {bodies("0", "1", "2", "3"), []string{"m1"}},
		"all":   {bodies("1", "1"), []string{"m0", "m1"}},
		"twice": {[]testItem{{id: "x", body: "1"}, {id: "x", body: "1"}, {id: "x", body: "0"}}, []string{"x"}},
	} {
		wantFailed(t, x.run(t, t.Context(), h, c.items...), c.want...)
		_ = name
	}
	reply, err := x.engine(succeeds).Invoke(t.Context(), event(bodies("0")...))
	if string(reply) != `{"batchItemFailures":[]}` || err != nil {
		t.Errorf("reply %s, %v: null would be a mistake", reply, err)
	}
	reply, err = x.engine(h).Invoke(t.Context(), event(testItem{id: "none", body: "1"}))
	if err == nil {
		t.Errorf("an item that cannot be named failed, and the reply is %s", reply)
	}
}

func TestRule4PanicsFailTheirItemAlone(t *testing.T) {
	t.Parallel()
	x := newTrial()
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
		switch string(data) {
		case "1":
			panic("boom")
		case "2":
			_ = data[len(data)]
		case "3":
			panic(nil)
		case "4":
			runtime.Goexit()
		}
		return nil
	}, numbered(6)...)
	wantFailed(t, failed, "m1", "m2", "m3", "m4")
	for _, want := range []string{"panic: boom", "index out of range", "rule1to4_test.go", `"stack":"goroutine `, "runtime.Goexit"} {
		if !strings.Contains(x.log.String(), want) {
			t.Errorf("the log has no %q", want)
		}
	}
}

func TestRule4AnyProducersAttributes(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.run(t, t.Context(), func(ctx context.Context, _ []byte, _ Generate) error {
		if item := FromContext(ctx); item.Depth != 0 {
			t.Errorf("depth %d of an attribute that is no number", item.Depth)
		}
		return nil
	}, testItem{body: "1", attributes: map[string]string{wire.AttributeDepth: "deep"}})
}
