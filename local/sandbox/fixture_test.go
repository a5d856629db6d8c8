//go:build unix

package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// gate holds up the processes of a test that enter it. The connection of a visitor
// also ends when its process exits, which saves polling for the exit.
type gate struct {
	t        *testing.T
	listener net.Listener
}

type visitor struct {
	net.Conn
	pid int
}

func newGate(t *testing.T) *gate {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &gate{t, l}
}

func (g *gate) address() string { return g.listener.Addr().String() }

func (g *gate) next() visitor {
	g.t.Helper()
	c, err := g.listener.Accept()
	if err != nil {
		g.t.Fatal(err)
	}
	v := visitor{Conn: c}
	if _, err := fmt.Fscanln(c, &v.pid); err != nil {
		g.t.Fatal(err)
	}
	return v
}

// gone waits until the visitor's process has ended.
func (v visitor) gone() { io.Copy(io.Discard, v.Conn) }

// printed collects a function's output.
type printed struct {
	mu       sync.Mutex
	out, err []string
	more     chan struct{}
}

func (p *printed) log(l Line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.Stderr {
		p.err = append(p.err, string(l.Text))
	} else {
		p.out = append(p.out, string(l.Text))
	}
	select {
	case p.more <- struct{}{}:
	default:
	}
}

func (p *printed) lines() (out, err []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out, p.err
}

// fixture is a host with one function, for one test.
type fixture struct {
	t testing.TB
	*Host
	*Runner
	*printed
}

func newFixture(t testing.TB, program string, change ...func(*Host, *Function)) *fixture {
	t.Helper()
	h := NewHost(Config{Region: "eu-west-1", AccountID: "123456789012", Environment: map[string]string{programVariable: program}})
	t.Cleanup(h.Close)
	p := &printed{more: make(chan struct{}, 1)}
	f := Function{Name: "f", Command: []string{os.Args[0]}, Handler: "h", Env: map[string]string{}, Timeout: time.Minute, MemorySize: 256, Concurrency: 1, Log: p.log}
	for _, c := range change {
		c(h, &f)
	}
	r, err := h.Register(f)
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{t, h, r, p}
}

func timeout(d time.Duration) func(*Host, *Function) {
	return func(_ *Host, f *Function) { f.Timeout = d }
}

func concurrency(n int) func(*Host, *Function) {
	return func(_ *Host, f *Function) { f.Concurrency = n }
}

func through(g *gate) func(*Host, *Function) {
	return func(_ *Host, f *Function) { f.Env["GATE"] = g.address() }
}

func (e event) payload() Invocation {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return Invocation{Payload: b}
}

// invoke runs an invocation that must have a result.
func (b *fixture) invoke(e event) Result {
	b.t.Helper()
	result, err := b.Invoke(b.t.Context(), e.payload())
	if err != nil {
		b.t.Fatal(err)
	}
	return result
}

// answer runs an invocation that must succeed.
func (b *fixture) answer(e event, into any) {
	b.t.Helper()
	result := b.invoke(e)
	if result.FunctionError != "" {
		b.t.Fatalf("%s: %s", result.FunctionError, result.Payload)
	}
	if err := json.Unmarshal(result.Payload, into); err != nil {
		b.t.Fatalf("%s: %v", result.Payload, err)
	}
}

// failure is a function error's body.
type failure struct{ ErrorType, ErrorMessage string }

// fail runs an invocation that must end in a function error.
func (b *fixture) fail(e event) (failure, Result) {
	b.t.Helper()
	result := b.invoke(e)
	return failureOf(b.t, result), result
}

func failureOf(t testing.TB, r Result) (f failure) {
	t.Helper()
	if r.FunctionError != "Unhandled" {
		t.Fatalf("want a function error, got %q: %s", r.FunctionError, r.Payload)
	}
	if err := json.Unmarshal(r.Payload, &f); err != nil {
		t.Fatalf("%s: %v", r.Payload, err)
	}
	return f
}

// awaitIdle waits until n processes are idle.
func (b *fixture) awaitIdle(n int) { b.await(func() bool { return len(b.idle) == n }) }

// awaitWaiting waits until n invocations wait for a process.
func (b *fixture) awaitWaiting(n int) { b.await(func() bool { return len(b.waiting) == n }) }

// await waits until the runner's state satisfies a condition.
func (b *fixture) await(wanted func() bool) {
	for {
		b.Runner.mu.Lock()
		done := wanted()
		b.Runner.mu.Unlock()
		if done {
			return
		}
		runtime.Gosched()
	}
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

// leftovers lists this package's goroutines, except those of tests.
func leftovers() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var left []string
	for s := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		if text := string(s); strings.Contains(text, "local/sandbox.") && !strings.Contains(text, "testing.") || strings.Contains(text, "net/http.(*conn)") {
			left = append(left, text)
		}
	}
	return strings.Join(left, "\n\n")
}

// script writes an executable file.
func script(t testing.TB, text string) string {
	t.Helper()
	path := t.TempDir() + "/script"
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
