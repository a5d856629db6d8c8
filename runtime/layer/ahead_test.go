//go:build unix

package layer_test

import (
	"strings"
	"testing"
)

// TestAhead: a loop that waits for each of its items goes ahead of the
// dispatcher's word, by as much as the dispatcher keeps room for.
func TestAhead(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		const loop, other, count, window = 1, 2, 3000, 1024
		p := v.start(t, v.handler)
		p.write(call(nil, loop, `{"case":"loop","count":3000}`))
		p.next()
		p.write(accepted(loop, 1))
		for sent := 1; sent < count; {
			ahead := min(window, count-sent)
			for range ahead {
				if f := p.next(); f.kind != 'G' {
					t.Fatalf("got %v after %d items", f, sent)
				}
				sent++
			}
			// The end of another call shows that nothing more came before it.
			p.write(call(nil, other, `{"case":"done"}`))
			if f := p.next(); f.id != other || f.kind != 'D' {
				t.Fatalf("got %v with %d items unanswered", f, ahead)
			}
			p.write(accepted(loop, uint32(ahead)))
		}
		if f := p.next(); f.kind != 'D' {
			t.Errorf("got %v, want the end", f)
		}
	})
}

// TestRefusedAfterAll: what was said to be accepted and is not fails the item,
// though the handler could not know.
func TestRefusedAfterAll(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		p.write(call(nil, 1, `{"case":"swallows"}`))
		for n, answer := range [][]byte{accepted(1, 1), nil, append(refused(1, "a"), accepted(1, 1)...)} {
			if f := p.next(); f.kind != 'G' {
				t.Fatalf("got %v as item %d", f, n)
			}
			p.write(answer)
		}
		if f := p.next(); f.String() != "F GenerateError: there is no step a" {
			t.Errorf("got %v, want a failure", f)
		}
	})
}

// TestRefusedAfterAllEndsLoops: the next call of generate tells.
func TestRefusedAfterAllEndsLoops(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		p.write(call(nil, 1, `{"case":"loop","count":1000000}`))
		p.next()
		p.write(accepted(1, 1))
		p.next()
		p.write(refused(1, "a"))
		sent := 2
		f := p.next()
		for ; f.kind == 'G'; f = p.next() {
			p.write(accepted(1, 1))
			sent++
		}
		if f.kind != 'F' || sent > 5000 {
			t.Errorf("got %v after %d items", f, sent)
		}
	})
}

// TestNotAhead: the dispatcher may refuse any other item, and the handler hears
// of it there and then.
func TestNotAhead(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		p.write(call(nil, 1, `{"case":"notPlain"}`))
		p.next()
		p.write(accepted(1, 1))
		for range 4 {
			if f := p.next(); f.kind != 'G' {
				t.Fatalf("got %v, want an item", f)
			}
			p.write(refused(1, "a"))
		}
		if f := p.next(); f.kind != 'G' || !strings.HasSuffix(f.data, "4") {
			t.Fatalf("got %v, want the number of refusals", f)
		}
		p.write(accepted(1, 1))
		if f := p.next(); f.kind != 'D' {
			t.Errorf("got %v, want the end", f)
		}
	})
}
