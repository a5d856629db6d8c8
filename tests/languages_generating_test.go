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

func messageBodyIsTheItem(t *testing.T, l language) {
	f := start(t, l)
	data := map[string]any{"text": "ü 😀 \"quoted\" <&>", "list": []any{1, 2.5, nil, true}}
	if failed := f.batch(item{"do": "generate", "items": []any{next(data), next(nil), next("text")}}); failed != nil {
		t.Fatal("failed")
	}
	messages := f.queues.Take(nextQueue)
	if len(messages) != 3 {
		t.Fatalf("%d messages, want 3", len(messages))
	}
	for i, want := range []any{"text", nil, data} {
		var got any
		if err := json.Unmarshal([]byte(messages[i].Body), &got); err != nil {
			t.Fatal(err)
		}
		if a, b := fmt.Sprint(got), fmt.Sprint(want); a != b {
			t.Errorf("message %d is %s, want %s", i, a, b)
		}
		if a := messages[i].Attributes; len(a) != 1 || a[wire.AttributeDepth].StringValue != "1" {
			t.Errorf("attributes are %v", a)
		}
	}
}

func generatedItemsExistAtTheReply(t *testing.T, l language) {
	f := start(t, l)
	var items []any
	for n := range 25 {
		items = append(items, next(n))
	}
	failed := f.batch(item{"do": "generate", "items": items}, item{"do": "together", "items": items}, item{"do": "unawaited", "items": items},
		item{"do": "many", "n": 5000}, item{"do": "generateAndFail", "items": items, "text": "no"})
	if !slices.Equal(failed, []int{4}) {
		t.Errorf("failed: %v", failed)
	}
	if n := len(f.queues.Take(nextQueue)); n != 5100 {
		t.Errorf("%d items exist, want 5100", n)
	}
}

func lostSendFailsItsOwnItem(t *testing.T, l language) {
	f := start(t, l)
	lost := []any{next("a"), item{"step": "gone", "data": "b"}}
	failed := f.batch(item{"do": "ok"}, item{"do": "generate", "items": lost}, item{"do": "unawaited", "items": lost},
		item{"do": "generate", "items": []any{next("c")}})
	if !slices.Equal(failed, []int{1, 2}) {
		t.Errorf("failed: %v", failed)
	}
	if got := f.bodies(nextQueue); !slices.Contains(got, `"c"`) {
		t.Errorf("the other item generated %v", got)
	}
	if !strings.Contains(f.logs.String(), "-gone") {
		t.Error("the log does not name the queue")
	}
}

func generateRefusesWhatCannotBeSent(t *testing.T, l language) {
	f := startFunction(t, l, time.Minute, map[string]string{wire.EnvMaxDepth: "1"})
	with := func(more item) item {
		i := next("x")
		for k, v := range more {
			i[k] = v
		}
		return i
	}
	for _, c := range []struct {
		reason, text string
		item         item
	}{
		{"UnknownStep", "did you mean next?", item{"do": "refused", "item": item{"step": "nxt", "data": 1}}},
		{"TooLarge", "1048576", item{"do": "refused", "item": next(0), "size": 1 << 20}},
		{"NotJSON", "JSON", item{"do": "refused", "item": next(0), "unencodable": true}},
		{"Delay", "(allowed: 0", item{"do": "refused", "item": with(item{"delay": 901})}},
		{"Delay", "-1", item{"do": "refused", "item": with(item{"delay": -1})}},
		{"Group", "visible ASCII", item{"do": "refused", "item": with(item{"group": "a b"})}},
	} {
		if failed := f.batch(c.item); failed != nil {
			t.Errorf("%s: the item failed", c.reason)
			continue
		}
		var got struct{ Reason, Step, Message string }
		bodies := f.bodies(nextQueue)
		if len(bodies) != 1 || json.Unmarshal([]byte(bodies[0]), &got) != nil {
			t.Errorf("%s: got %v", c.reason, bodies)
		} else if got.Reason != c.reason || !strings.Contains(got.Message, c.text) || !strings.HasPrefix(got.Step, "n") {
			t.Errorf("got %+v, want %s and %s", got, c.reason, c.text)
		}
	}
	refused := item{"do": "unawaited", "items": []any{item{"step": "nxt", "data": 1}, next(2)}}
	if failed := f.batch(refused, item{"do": "ok"}); !slices.Equal(failed, []int{0}) {
		t.Errorf("with a refusal that the handler ignored failed: %v", failed)
	}
}

func forbiddenCharactersAreEscaped(t *testing.T, l language) {
	f := start(t, l)
	if failed := f.batch(`{"do": "generate", "items": [{"step": "next", "data": "a\ufffeb\uffffc\u0001d"}]}`); failed != nil {
		t.Fatal("failed")
	}
	var got string
	if bodies := f.bodies(nextQueue); len(bodies) != 1 || json.Unmarshal([]byte(bodies[0]), &got) != nil || got != "a\uFFFEb\uFFFFc\x01d" {
		t.Errorf("got %q", bodies)
	}
}

func groupsKeepTheOrderOfGeneration(t *testing.T, l language) {
	f := start(t, l)
	var items []any
	for n := range 40 { // each of them twice
		items = append(items, item{"step": "ordered", "data": n / 4, "group": fmt.Sprint("g", n%2)})
	}
	if failed := f.batch(item{"do": "generate", "items": items}, item{"do": "unawaited", "items": items}); failed != nil {
		t.Fatalf("failed: %v", failed)
	}
	messages, err := f.queues.Queue(orderedQueue).Receive(t.Context(), 100, 0, -1)
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

// interleaved reports whether numbers are two sequences 0 0 1 1 … 9 9, mixed in any
// way. It keeps track of all the lengths that the first sequence may have so far.
func interleaved(numbers []int) bool {
	const length = 20
	lengths := map[int]bool{0: true}
	for k, n := range numbers {
		longer := map[int]bool{}
		for first := range lengths {
			second := k - first
			if first < length && n == first/2 {
				longer[first+1] = true
			}
			if second < length && n == second/2 {
				longer[first] = true
			}
		}
		lengths = longer
	}
	return lengths[length] && len(numbers) == 2*length
}

func generateFunctionNeedsNoHandler(t *testing.T, l language) {
	f := startFunction(t, l, time.Minute, map[string]string{wire.EnvHandler: wire.GenerateHandler})
	r := f.invoke([]item{next("a"), next("b")})
	var answer struct{ MessageIDs []string }
	if err := json.Unmarshal(r.Payload, &answer); err != nil || len(answer.MessageIDs) != 2 || r.FunctionError != "" {
		t.Errorf("answered %s", r.Payload)
	}
	if got := f.bodies(nextQueue); !slices.Equal(got, []string{`"a"`, `"b"`}) {
		t.Errorf("sent %v", got)
	}
}

func emptyGenerateAndEmptyDrop(t *testing.T, l language) {
	f := start(t, l)
	if failed := f.batch(item{"do": "generateNothing"}, item{"do": "dropNothing"}); failed != nil {
		t.Errorf("failed: %v", failed)
	}
	dead := f.queues.Take(deadQueue)
	if len(dead) != 1 || dead[0].Attributes[wire.AttributeError].StringValue != "dropped" {
		t.Errorf("dead letters are %s", fmt.Sprint(dead))
	}
}
