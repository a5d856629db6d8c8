//go:build unix

package layer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
)

func TestManyCallsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		const count = 10_000
		p := v.start(t, v.handler)
		go func() {
			var frames []byte
			for id := range uint32(count) {
				frames = call(frames, id, `{"case":"done"}`)
			}
			_, _ = p.conn.Write(frames)
		}()
		ended := make([]bool, count)
		for range count {
			f := p.next()
			if f.kind != 'D' || ended[f.id] {
				t.Fatalf("got %v of call %d", f, f.id)
			}
			ended[f.id] = true
		}
	})
}

// TestWindow: what is not answered does not fill the socket.
func TestWindow(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		for i, c := range []struct {
			name, data   string
			count, fills int
		}{
			{"items", `{"case":"many","count":5000}`, 5000, 1024},
			{"bytes", `{"case":"many","count":10,"text":"` + strings.Repeat("x", 300<<10) + `"}`, 10, 3},
			{"large items", `{"case":"many","count":3,"text":"` + strings.Repeat("x", 2<<20) + `"}`, 3, 1},
		} {
			id, other := uint32(2*i), uint32(2*i+1)
			p.write(call(nil, id, c.data))
			// The end of another call shows that nothing more came before it.
			for sent := 0; sent < c.count; {
				fills := min(c.fills, c.count-sent)
				for range fills {
					if f := p.next(); f.kind != 'G' {
						t.Fatalf("%s: got %v after %d items", c.name, f, sent)
					}
				}
				p.write(call(nil, other, `{"case":"done"}`))
				if f := p.next(); f.id != other || f.kind != 'D' {
					t.Fatalf("%s: got %.100s with %d items unanswered", c.name, f, fills)
				}
				p.write(accepted(id, uint32(fills)))
				sent += fills
			}
			if f := p.next(); f.kind != 'D' {
				t.Errorf("%s: got %v, want the end", c.name, f)
			}
		}
	})
}

func TestCancel(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		p.write(call(nil, 1, `{"case":"waits"}`))
		p.write(cancelled(1))
		f := p.next()
		if f.kind == 'G' {
			p.write(refused(1, f.step))
			f = p.next()
		}
		// Python's may have been cancelled before they began.
		if f.kind != 'F' || f.failure().Name != "TimeoutError" || !strings.HasPrefix(f.failure().Message, "the time ") {
			t.Errorf("got %v", f)
		}
	})
}

// TestFinishedBesideMany: ends that are gathered wait for no other one.
func TestFinishedBesideMany(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		const open, done = 20, 50
		p := v.start(t, v.handler)
		var frames []byte
		for id := range uint32(open) {
			frames = call(frames, done+id, `{"case":"hangs"}`)
		}
		for id := range uint32(done) {
			frames = call(frames, id, `{"case":"done"}`)
		}
		p.write(frames)
		for range done {
			if f := p.next(); f.kind != 'D' || f.id >= done {
				t.Fatalf("got %v of call %d", f, f.id)
			}
		}
	})
}

// TestFinishedBesideBlocked: what is done is known before another handler
// blocks the process for good.
func TestFinishedBesideBlocked(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		var frames []byte
		for id := range uint32(9) {
			frames = call(frames, id, `{"case":"done"}`)
		}
		p.write(call(frames, 9, `{"case":"blocks"}`))
		for range 9 {
			if f := p.next(); f.kind != 'D' || f.id == 9 {
				t.Fatalf("got %v of call %d", f, f.id)
			}
		}
	})
}

func TestDeath(t *testing.T) {
	for _, c := range []struct {
		name string
		code int
		only string
	}{
		{"exits", 3, ""},
		{"throwsOutside", 1, "node"},
		{"rejectsOutside", 1, "node"},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, v variant) {
				if !v.takes(c.only) {
					t.Skip("Python lives on")
				}
				p := v.start(t, v.handler)
				p.write(call(call(nil, 1, `{"case":"hangs"}`), 2, `{"case":"`+c.name+`"}`))
				if f, err := p.read(); err != io.EOF {
					t.Fatalf("got %v", f)
				}
				var exit *exec.ExitError
				if err := p.cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != c.code {
					t.Errorf("ended with %v, want code %d", err, c.code)
				}
				if c.code == 1 && !strings.Contains(p.text(), "TypeError: outside") {
					t.Error("it does not say why")
				}
			})
		})
	}
}

// TestEndsWithTheDispatcher, whatever handlers still run.
func TestEndsWithTheDispatcher(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		p.write(call(nil, 1, `{"case":"hangs"}`))
		_ = p.conn.Close()
		if err := p.cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// TestLate: an item that comes when its handler is done is refused, and harms
// nobody.
func TestLate(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		for i, c := range []struct{ name, want string }{
			{"late", "D"},
			{"later", `F GenerateError: generate "a": the item's handler has ended already`},
			{"laterUnhandled", "D"},
		} {
			if got := p.run(uint32(i), fmt.Sprintf(`{"case":%q}`, c.name)); got[0] != c.want {
				t.Errorf("%s: got %v, want %s", c.name, got, c.want)
			}
		}
		p.waitFor("has ended already")
	})
}

// TestChildrenHaveNoSocket: a program that a handler leaves behind would keep
// the dispatcher from noticing that the host is gone.
func TestChildrenHaveNoSocket(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		if got := p.run(1, `{"case":"childHasSocket"}`); got[0] != "G a false" {
			t.Errorf("got %v", got)
		}
	})
}

func TestLogsNameTheItem(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler)
		p.run(1, `{"case":"prints"}`)
		p.run(2, `{"case":"logs"}`)
		p.waitFor("two")
		var got []string
		for line := range strings.Lines(p.text()) {
			var l struct{ Timestamp, Level, Message, Step, MessageID, RequestID string }
			if err := json.Unmarshal([]byte(line), &l); err == nil && l.MessageID == "m-2" {
				got = append(got, strings.Join([]string{l.Level, l.Message, l.Step, l.RequestID}, "|"))
				if l.Timestamp == "" {
					t.Errorf("no timestamp in %s", line)
				}
			}
		}
		if want := "INFO|one|step|r ERROR|two\nlines|step|r"; strings.Join(got, " ") != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if !strings.Contains(p.text(), "half a line ") {
			t.Error("what was printed is lost")
		}
	})
}

func TestLogLevel(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		p := v.start(t, v.handler, "AWS_LAMBDA_LOG_LEVEL=ERROR")
		p.run(1, `{"case":"logs"}`)
		p.waitFor("two")
		if strings.Contains(p.text(), `"one"`) {
			t.Error("a line below the level was written")
		}
	})
}

// TestFewThreads: a system that has no more threads slows plain functions in
// Python down, and does no more.
func TestFewThreads(t *testing.T) {
	t.Parallel()
	const count = 10
	p := python.start(t, "pkg.threads.handler")
	var frames []byte
	for id := range uint32(count) {
		frames = call(frames, id, `null`)
	}
	p.write(frames)
	for ended := 0; ended < count; {
		f := p.next()
		switch f.String() {
		case "G a 1", "G a 2":
			p.answer(f)
		case "D":
			ended++
		default:
			t.Fatalf("got %v", f)
		}
	}
}
