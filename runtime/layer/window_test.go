//go:build unix

package layer_test

import (
	"strings"
	"testing"
)

// TestUnansweredItemsAreBounded: unanswered items do not fill the socket.
func TestUnansweredItemsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		for i, c := range []struct {
			name, data   string
			count, fills int
		}{
			{"items", `{"case":"many","count":5000}`, 5000, 1024},
			{"bytes", `{"case":"many","count":10,"text":"` + strings.Repeat("x", 300<<10) + `"}`, 10, 3},
			{"large items", `{"case":"many","count":3,"text":"` + strings.Repeat("x", 2<<20) + `"}`, 3, 1},
		} {
			id, other := uint32(2*i), uint32(2*i+1)
			d.write(call(nil, id, c.data))
			// The end of another call proves that no further item was sent before it.
			for sent := 0; sent < c.count; {
				fills := min(c.fills, c.count-sent)
				for range fills {
					if f := d.next(); f.kind != 'G' {
						t.Fatalf("%s: got %v after %d items", c.name, f, sent)
					}
				}
				d.write(call(nil, other, `{"case":"done"}`))
				if f := d.next(); f.id != other || f.kind != 'D' {
					t.Fatalf("%s: got %.100s with %d items unanswered", c.name, f, fills)
				}
				d.write(accepted(id, uint32(fills)))
				sent += fills
			}
			if f := d.next(); f.kind != 'D' {
				t.Errorf("%s: got %v, want the end", c.name, f)
			}
		}
	})
}

// TestGenerateRunsAheadOfAnswers: a loop that awaits each of its items runs ahead of the
// answers, by as much as the dispatcher has room for.
func TestGenerateRunsAheadOfAnswers(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		const loop, other, count, window = 1, 2, 3000, 1024
		d := v.start(t, v.handler)
		d.write(call(nil, loop, `{"case":"loop","count":3000}`))
		d.next()
		d.write(accepted(loop, 1))
		for sent := 1; sent < count; {
			ahead := min(window, count-sent)
			for range ahead {
				if f := d.next(); f.kind != 'G' {
					t.Fatalf("got %v after %d items", f, sent)
				}
				sent++
			}
			// The end of another call proves that no further item was sent before it.
			d.write(call(nil, other, `{"case":"done"}`))
			if f := d.next(); f.id != other || f.kind != 'D' {
				t.Fatalf("got %v with %d items unanswered", f, ahead)
			}
			d.write(accepted(loop, uint32(ahead)))
		}
		if f := d.next(); f.kind != 'D' {
			t.Errorf("got %v, want the end", f)
		}
	})
}

// TestLateRefusalFailsTheItem: an item that was taken to be accepted and is refused later
// fails the item that generated it, although the handler could not know.
func TestLateRefusalFailsTheItem(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		d.write(call(nil, 1, `{"case":"swallows"}`))
		for n, answer := range [][]byte{accepted(1, 1), nil, append(refused(1, "a"), accepted(1, 1)...)} {
			if f := d.next(); f.kind != 'G' {
				t.Fatalf("got %v as item %d", f, n)
			}
			d.write(answer)
		}
		if f := d.next(); f.String() != "F GenerateError: there is no step a" {
			t.Errorf("got %v, want a failure", f)
		}
	})
}

// TestLateRefusalEndsLoops: the next call of generate returns the error.
func TestLateRefusalEndsLoops(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		d.write(call(nil, 1, `{"case":"loop","count":1000000}`))
		d.next()
		d.write(accepted(1, 1))
		d.next()
		d.write(refused(1, "a"))
		sent := 2
		f := d.next()
		for ; f.kind == 'G'; f = d.next() {
			d.write(accepted(1, 1))
			sent++
		}
		if f.kind != 'F' || sent > 5000 {
			t.Errorf("got %v after %d items", f, sent)
		}
	})
}

// TestItemsThatMayBeRefusedWaitForTheirAnswers: generate waits for the answer to
// an item that the dispatcher may refuse, and returns its error.
func TestItemsThatMayBeRefusedWaitForTheirAnswers(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		d.write(call(nil, 1, `{"case":"notPlain"}`))
		d.next()
		d.write(accepted(1, 1))
		for range 4 {
			if f := d.next(); f.kind != 'G' {
				t.Fatalf("got %v, want an item", f)
			}
			d.write(refused(1, "a"))
		}
		if f := d.next(); f.kind != 'G' || !strings.HasSuffix(f.data, "4") {
			t.Fatalf("got %v, want the number of refusals", f)
		}
		d.write(accepted(1, 1))
		if f := d.next(); f.kind != 'D' {
			t.Errorf("got %v, want the end", f)
		}
	})
}
