package engine

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

func TestItemsRunConcurrently(t *testing.T) {
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

func TestReplyListsExactlyTheFailures(t *testing.T) {
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
	reply, err := x.engine(succeeds).Invoke(t.Context(), sqsEvent(bodies("0")...))
	if string(reply) != `{"batchItemFailures":[]}` || err != nil {
		t.Errorf("reply %s, %v: null would be a mistake", reply, err)
	}
	reply, err = x.engine(h).Invoke(t.Context(), sqsEvent(testItem{id: "none", body: "1"}))
	if err == nil {
		t.Errorf("an item that cannot be named failed, and the reply is %s", reply)
	}
}

func TestAttributesOfAnyProducer(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.run(t, t.Context(), func(ctx context.Context, _ []byte, _ Generate) error {
		if item := FromContext(ctx); item.Depth != 0 {
			t.Errorf("depth %d of an attribute that is no number", item.Depth)
		}
		return nil
	}, testItem{body: "1", attributes: map[string]string{wire.AttributeDepth: "deep"}})
}

func TestIgnoreErrorsCoversHandlersOnly(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.config.IgnoreErrors = true
	failed := x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
		switch string(data) {
		case "1":
			return errBroken
		case "2":
			panic("boom")
		case "3":
			return &Drop{errBroken}
		case "4":
			return &RetryAfter{time.Hour, errBroken}
		}
		return nil
	}, append(numbered(5), testItem{body: "1", attempt: 5})...)
	wantFailed(t, failed, "m4")
	if got := x.sqs.bodies(deadQueue); !slices.Equal(got, []string{"3"}) {
		t.Errorf("dead letters %v, want only the dropped item", got)
	}
}
