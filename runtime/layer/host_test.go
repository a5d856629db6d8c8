//go:build unix

package layer_test

import (
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
		d := v.start(t, v.handler)
		go func() {
			var frames []byte
			for id := range uint32(count) {
				frames = call(frames, id, `{"case":"done"}`)
			}
			_, _ = d.conn.Write(frames)
		}()
		ended := make([]bool, count)
		for range count {
			f := d.next()
			if f.kind != 'D' || ended[f.id] {
				t.Fatalf("got %v of call %d", f, f.id)
			}
			ended[f.id] = true
		}
	})
}

func TestCanceledHandlersFail(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		d.write(call(nil, 1, `{"case":"waits"}`))
		d.write(cancelled(1))
		f := d.next()
		if f.kind == 'G' {
			d.write(refused(1, f.step))
			f = d.next()
		}
		// Handlers in Python may be canceled before they start.
		if f.kind != 'F' || f.failure().Name != "TimeoutError" || f.failure().Message != "the time is over" && f.failure().Message != "the deadline passed before the handler started" {
			t.Errorf("got %v", f)
		}
	})
}

// TestFinishedItemsAreReportedWhileOthersRun: reports are gathered, but do
// not wait for other calls.
func TestFinishedItemsAreReportedWhileOthersRun(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		const open, done = 20, 50
		d := v.start(t, v.handler)
		var frames []byte
		for id := range uint32(open) {
			frames = call(frames, done+id, `{"case":"hangs"}`)
		}
		for id := range uint32(done) {
			frames = call(frames, id, `{"case":"done"}`)
		}
		d.write(frames)
		for range done {
			if f := d.next(); f.kind != 'D' || f.id >= done {
				t.Fatalf("got %v of call %d", f, f.id)
			}
		}
	})
}

// TestFinishedItemsAreReportedBeforeAHandlerBlocks: a finished item is
// reported before another handler blocks the process for good.
func TestFinishedItemsAreReportedBeforeAHandlerBlocks(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		var frames []byte
		for id := range uint32(9) {
			frames = call(frames, id, `{"case":"done"}`)
		}
		d.write(call(frames, 9, `{"case":"blocks"}`))
		for range 9 {
			if f := d.next(); f.kind != 'D' || f.id == 9 {
				t.Fatalf("got %v of call %d", f, f.id)
			}
		}
	})
}

func TestExitsAndUncaughtErrorsEndTheHost(t *testing.T) {
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
				if !v.has(c.only) {
					t.Skip("Python does not exit")
				}
				d := v.start(t, v.handler)
				d.write(call(call(nil, 1, `{"case":"hangs"}`), 2, `{"case":"`+c.name+`"}`))
				if f, err := d.read(); err != io.EOF {
					t.Fatalf("got %v", f)
				}
				var exit *exec.ExitError
				if err := d.cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != c.code {
					t.Errorf("ended with %v, want code %d", err, c.code)
				}
				if c.code == 1 && !strings.Contains(d.text(), "TypeError: outside") {
					t.Error("the output does not say why")
				}
			})
		})
	}
}

// TestHostEndsWithTheDispatcher: the host exits even if handlers are still running.
func TestHostEndsWithTheDispatcher(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		d.write(call(nil, 1, `{"case":"hangs"}`))
		_ = d.conn.Close()
		if err := d.cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// TestGenerateIsRefusedAfterTheHandlerHasEnded: an item that is generated after
// its handler has ended is refused, and affects no other one.
func TestGenerateIsRefusedAfterTheHandlerHasEnded(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		for i, c := range []struct{ name, want string }{
			{"late", "D"},
			{"later", `F GenerateError: generate "a": called too late: the item's handler has already returned`},
			{"laterUnhandled", "D"},
		} {
			if got := d.run(uint32(i), fmt.Sprintf(`{"case":%q}`, c.name)); got[0] != c.want {
				t.Errorf("%s: got %v, want %s", c.name, got, c.want)
			}
		}
		d.waitFor("has already returned")
	})
}

// TestChildProcessesDoNotInheritTheSocket: if a child process had the socket, the
// dispatcher would not notice that the host has exited.
func TestChildProcessesDoNotInheritTheSocket(t *testing.T) {
	each(t, func(t *testing.T, v variant) {
		d := v.start(t, v.handler)
		if got := d.run(1, `{"case":"childHasSocket"}`); got[0] != "G a false" {
			t.Errorf("got %v", got)
		}
	})
}

// TestHostWorksWithFewThreads: if the system has no more threads, plain functions in
// Python are slower, but still run.
func TestHostWorksWithFewThreads(t *testing.T) {
	t.Parallel()
	const count = 10
	d := python.start(t, "pkg.threads.handler")
	var frames []byte
	for id := range uint32(count) {
		frames = call(frames, id, `null`)
	}
	d.write(frames)
	for ended := 0; ended < count; {
		f := d.next()
		switch f.String() {
		case "G a 1", "G a 2":
			d.answer(f)
		case "D":
			ended++
		default:
			t.Fatalf("got %v", f)
		}
	}
}
