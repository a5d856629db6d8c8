package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/serverless-star/starjob/runtime/startest"
)

// keysOf returns a bucket with n keys with a prefix, and one other key.
func keysOf(prefix string, n int) *bucket {
	b := &bucket{objects: map[string]string{"other/key": ""}}
	for i := range n {
		b.objects[fmt.Sprintf("%s%06d", prefix, i)] = ""
	}
	return b
}

func TestPlanListsAllPages(t *testing.T) {
	t.Parallel()
	b := keysOf("2026/", 2_345)
	r := startest.Run(t, Plan.Handle(newReplay(b, nil).plan), window{Prefix: "2026/"})
	if r.Outcome != startest.Done || b.pages != 3 {
		t.Errorf("the item is %s after %d pages: %v", r.Outcome, b.pages, r.Err)
	}
	equal(t, "keys", startest.Items(t, r, Execute), b.keys("2026/", ""))
	if n := len(r.Generated); n != 2_345 {
		t.Errorf("generated %d items", n)
	}
}

func TestPlanUsesThePrefixOfTheTemplate(t *testing.T) {
	t.Parallel()
	replay := newReplay(keysOf("2026/", 3), nil)
	replay.prefix = "other/"
	r := startest.Run(t, Plan.Handle(replay.plan), nil)
	equal(t, "keys", startest.Items(t, r, Execute), []string{"other/key"})
}

// TestPlanRollsOver lists for longer than a function may run. Each plan leaves the rest to
// the next one, and generates each key once.
func TestPlanRollsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := keysOf("", 12_000)
		b.latency = 100 * time.Second
		plan := Plan.Handle(newReplay(b, nil).plan)
		var keys []string
		plans := 0
		for windows := []window{{}}; len(windows) > 0; plans++ {
			r := startest.Run(t, plan, windows[0], startest.Within(10*time.Minute))
			if r.Outcome != startest.Done {
				t.Fatalf("plan %d is %s: %v", plans, r.Outcome, r.Err)
			}
			keys = append(keys, startest.Items(t, r, Execute)...)
			windows = startest.Items(t, r, Plan)
		}
		equal(t, "keys", keys, b.keys("", ""))
		if plans != 5 { // 13 pages, and three of them take half of ten minutes
			t.Errorf("%d plans", plans)
		}
	})
}

// TestPlanGetsAhead: the plan advances even if a page takes longer than half of the time.
func TestPlanGetsAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := keysOf("", 2_500)
		b.latency = 40 * time.Second
		r := startest.Run(t, Plan.Handle(newReplay(b, nil).plan), window{After: "000499"}, startest.Within(time.Minute))
		equal(t, "keys", startest.Items(t, r, Execute), b.keys("", "000499")[:1000])
		equal(t, "rest", startest.Items(t, r, Plan), []window{{After: "001499"}})
	})
}

func TestExecutePutsRecordsUnchanged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		object string
		want   []string
	}{
		"array":        {` [{"a": 1}, "b",` + "\n" + `[3], null]` + "\n", []string{`{"a": 1}`, `"b"`, `[3]`, `null`}},
		"lines":        {"{\"a\": 1}\n{\"b\":2}\r\n", []string{`{"a": 1}`, `{"b":2}`}},
		"no separator": {`{"a":1}{"b":2}`, []string{`{"a":1}`, `{"b":2}`}},
		"empty array":  {"[]", nil},
		"empty object": {"", nil},
		"white space":  {" \n", nil},
		"large number": {"[12345678901234567890]", []string{"12345678901234567890"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, s := &bucket{objects: map[string]string{"key": c.object}}, &stream{}
			r := startest.Run(t, Execute.Handle(newReplay(b, s).execute), "key")
			if r.Outcome != startest.Done {
				t.Errorf("the item is %s: %v", r.Outcome, r.Err)
			}
			equal(t, "records", s.data(), c.want)
		})
	}
}

func TestExecuteDropsInvalidJSON(t *testing.T) {
	t.Parallel()
	for _, object := range []string{"[1, 2}", "[1, 2] 3", "1\n]", "{\"a\": tru}", "a,b\n1,2\n"} {
		b := &bucket{objects: map[string]string{"key": object}}
		r := startest.Run(t, Execute.Handle(newReplay(b, &stream{}).execute), "key")
		if r.Outcome != startest.Dead || !strings.Contains(r.Err.Error(), "key is not JSON") {
			t.Errorf("%q: the item is %s: %v", object, r.Outcome, r.Err)
		}
	}
}

// TestExecuteRetriesIncompleteObjects: the connection may have broken, and the next attempt
// may read all records.
func TestExecuteRetriesIncompleteObjects(t *testing.T) {
	t.Parallel()
	for _, object := range []string{"[1, 2", "[1, ", "[", "{\"a\": 1}\n{\"b\"", "missing"} {
		b := &bucket{objects: map[string]string{"key": object}}
		key := "key"
		if object == "missing" {
			key = object
		}
		r := startest.Run(t, Execute.Handle(newReplay(b, &stream{}).execute), key)
		if r.Outcome != startest.Retried {
			t.Errorf("%q: the item is %s: %v", object, r.Outcome, r.Err)
		}
	}
}

func TestReadErrorIsNotTheEnd(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, begin := range []string{"", "[", "[1", "[1,2]", "1\n2\n"} {
		var last error
		for _, err := range records(io.MultiReader(strings.NewReader(begin), iotest.ErrReader(broken))) {
			last = err
		}
		if !errors.Is(last, broken) {
			t.Errorf("after %q: %v", begin, last)
		}
	}
}

func TestOnlyRefusedRecordsArePutAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refusals := map[string]int{"2": 1, "5": 3}
		s := &stream{refuse: func(data string) bool { refusals[data]--; return refusals[data] >= 0 }}
		b := &bucket{objects: map[string]string{"key": "[1, 2, 3, 4, 5, 6]"}}
		begun := time.Now()
		r := startest.Run(t, Execute.Handle(newReplay(b, s).execute), "key")
		if r.Outcome != startest.Done {
			t.Errorf("the item is %s: %v", r.Outcome, r.Err)
		}
		equal(t, "calls", sizes(s.calls), []int{6, 2, 1, 1})
		equal(t, "records", s.data(), []string{"1", "3", "4", "6", "2", "5"})
		if pause := time.Since(begun); pause < 350*time.Millisecond || pause > 700*time.Millisecond {
			t.Errorf("paused %v, want between 50 %% and 100 %% of 100, 200 and 400 ms", pause)
		}
	})
}

// TestPutEndsWithItsContext calls the handler itself: the engine may notice the end of the
// context first, and then reports its own error.
func TestPutEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stream{refuse: func(string) bool { return true }}
		b := &bucket{objects: map[string]string{"key": "[1, 2]"}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := newReplay(b, s).execute(ctx, "key", nil)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "still refuses 2 records with ProvisionedThroughputExceededException") {
			t.Errorf("the handler returned %v", err)
		}
		if n := len(s.calls); n < 12 || n > 40 {
			t.Errorf("%d calls in a minute", n)
		}
		r := startest.Run(t, Execute.Handle(newReplay(b, s).execute), "key", startest.Within(time.Minute))
		if r.Outcome != startest.Retried {
			t.Errorf("the item is %s: %v", r.Outcome, r.Err)
		}
	})
}

func TestChunks(t *testing.T) {
	t.Parallel()
	megabyte := `"` + strings.Repeat("x", 1<<20-2) + `"`
	for name, c := range map[string]struct {
		object string
		want   []int
	}{
		"by count":      {strings.Repeat("1\n", 1_203), []int{500, 500, 203}},
		"exactly full":  {strings.Repeat("1\n", 500), []int{500}},
		"by size":       {strings.Repeat(megabyte, 12), []int{4, 4, 4}}, // five and their keys are over 5 MiB
		"too large":     {"1 " + `"` + strings.Repeat("x", 6<<20) + `"` + " 2 3", []int{1, 1, 2}},
		"one too large": {`"` + strings.Repeat("x", 6<<20) + `"`, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []int
			for chunk, err := range chunks(records(strings.NewReader(c.object))) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, len(chunk))
			}
			equal(t, "sizes", got, c.want)
		})
	}
}

// TestTwice: a second run puts the same bytes with the same partition keys, so that a
// consumer can recognize duplicates.
func TestTwice(t *testing.T) {
	t.Parallel()
	b, s := &bucket{objects: map[string]string{"key": `[{"a":1},{"b":2}]`}}, &stream{}
	startest.Twice(t, Execute.Handle(newReplay(b, s).execute), "key")
	if len(s.held) != 4 {
		t.Fatalf("the stream holds %d records", len(s.held))
	}
	if !slices.EqualFunc(s.held[:2], s.held[2:], func(a, b record) bool {
		return a.PartitionKey == b.PartitionKey && string(a.Data) == string(b.Data)
	}) {
		t.Errorf("the stream holds %+v", s.held)
	}
	if s.held[0].PartitionKey == s.held[1].PartitionKey {
		t.Error("different records have the same partition key")
	}
}
