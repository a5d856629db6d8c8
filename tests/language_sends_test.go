package tests

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/wire"
)

func generatedExist(t *testing.T, l language) {
	w := plain(t, l)
	var items []any
	for n := range 25 {
		items = append(items, next(n))
	}
	failed := w.batch(order{"do": "generate", "items": items}, order{"do": "together", "items": items}, order{"do": "unawaited", "items": items},
		order{"do": "many", "n": 5000}, order{"do": "generateAndFail", "items": items, "text": "no"})
	if !slices.Equal(failed, []int{4}) {
		t.Errorf("failed: %v", failed)
	}
	if n := len(w.take(w.next)); n != 5100 {
		t.Errorf("%d items exist, want 5100", n)
	}
}

func lostSend(t *testing.T, l language) {
	w := plain(t, l)
	lost := []any{next("a"), order{"step": "gone", "data": "b"}}
	failed := w.batch(order{"do": "ok"}, order{"do": "generate", "items": lost}, order{"do": "unawaited", "items": lost},
		order{"do": "generate", "items": []any{next("c")}})
	if !slices.Equal(failed, []int{1, 2}) {
		t.Errorf("failed: %v", failed)
	}
	if got := w.bodies(w.next); !slices.Contains(got, `"c"`) {
		t.Errorf("the neighbour generated %v", got)
	}
	if !strings.Contains(w.printed(), "-gone") {
		t.Error("the log does not name the queue")
	}
}

func refusals(t *testing.T, l language) {
	w := startWork(t, l, time.Minute, map[string]string{wire.EnvMaxDepth: "1"})
	item := func(more order) order {
		i := next("x")
		for k, v := range more {
			i[k] = v
		}
		return i
	}
	for _, c := range []struct {
		reason, text string
		order        order
	}{
		{"UnknownStep", "did you mean next?", order{"do": "refused", "item": order{"step": "nxt", "data": 1}}},
		{"TooLarge", "1048576", order{"do": "refused", "item": next(0), "size": 1 << 20}},
		{"NotJSON", "JSON", order{"do": "refused", "item": next(0), "unencodable": true}},
		{"Delay", "SQS takes 0 to", order{"do": "refused", "item": item(order{"delay": 901})}},
		{"Delay", "-1", order{"do": "refused", "item": item(order{"delay": -1})}},
		{"Group", "visible ASCII", order{"do": "refused", "item": item(order{"group": "a b"})}},
	} {
		if failed := w.batch(c.order); failed != nil {
			t.Errorf("%s: the item failed", c.reason)
			continue
		}
		var got struct{ Reason, Step, Message string }
		bodies := w.bodies(w.next)
		if len(bodies) != 1 || json.Unmarshal([]byte(bodies[0]), &got) != nil {
			t.Errorf("%s: got %v", c.reason, bodies)
		} else if got.Reason != c.reason || !strings.Contains(got.Message, c.text) || !strings.HasPrefix(got.Step, "n") {
			t.Errorf("got %+v, want %s and %s", got, c.reason, c.text)
		}
	}
	refused := order{"do": "unawaited", "items": []any{order{"step": "nxt", "data": 1}, next(2)}}
	if failed := w.batch(refused, order{"do": "ok"}); !slices.Equal(failed, []int{0}) {
		t.Errorf("with a refusal that nobody looked at failed: %v", failed)
	}
}

func forbidden(t *testing.T, l language) {
	w := plain(t, l)
	if failed := w.batch(`{"do": "generate", "items": [{"step": "next", "data": "a\ufffeb\uffffc\u0001d"}]}`); failed != nil {
		t.Fatal("failed")
	}
	var got string
	if bodies := w.bodies(w.next); len(bodies) != 1 || json.Unmarshal([]byte(bodies[0]), &got) != nil || got != "a\uFFFEb\uFFFFc\x01d" {
		t.Errorf("got %q", bodies)
	}
}

func groupOrder(t *testing.T, l language) {
	w := plain(t, l)
	var items []any
	for n := range 40 { // each of them twice
		items = append(items, order{"step": "ordered", "data": n / 4, "group": fmt.Sprint("g", n%2)})
	}
	if failed := w.batch(order{"do": "generate", "items": items}, order{"do": "unawaited", "items": items}); failed != nil {
		t.Fatalf("failed: %v", failed)
	}
	messages, err := w.ordered.Receive(t.Context(), 100, 0, -1)
	if err != nil || len(messages) != 80 {
		t.Fatalf("%d items, want 80: %v", len(messages), err)
	}
	seen := map[string][]int{}
	for _, m := range messages {
		var n int
		if err := json.Unmarshal([]byte(m.Body), &n); err != nil {
			t.Fatal(err)
		}
		for name, value := range m.SystemAttributes() {
			if name == "MessageGroupId" {
				seen[value] = append(seen[value], n)
			}
		}
	}
	for group, numbers := range seen {
		if !interleaved(numbers) {
			t.Errorf("group %s has the order %v", group, numbers)
		}
	}
}

// interleaved tells whether numbers are two sequences 0 0 1 1 … 9 9, mixed in any
// way: it follows all the places that the first of them may have got to.
func interleaved(numbers []int) bool {
	const length = 20
	places := map[int]bool{0: true}
	for k, n := range numbers {
		further := map[int]bool{}
		for first := range places {
			second := k - first
			if first < length && n == first/2 {
				further[first+1] = true
			}
			if second < length && n == second/2 {
				further[first] = true
			}
		}
		places = further
	}
	return places[length] && len(numbers) == 2*length
}
