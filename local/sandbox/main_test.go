//go:build unix

package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// The test binary is also the functions' program: this variable says which.
const programVariable = "TEST_PROGRAM"

func TestMain(m *testing.M) {
	if name := os.Getenv(programVariable); name != "" {
		programs[name]()
		return
	}
	os.Exit(m.Run())
}

// programs are what function processes do.
var programs = map[string]func(){
	"act": func() { lambda.Start(act) },
	"sigterm": func() {
		lambda.StartWithOptions(act, lambda.WithEnableSIGTERM(func() {
			fmt.Println("good bye")
			os.Exit(0)
		}))
	},
	"stubborn": func() {
		signal.Ignore(syscall.SIGTERM)
		lambda.Start(act)
	},
	"exit": func() {
		fmt.Fprintln(os.Stderr, "no configuration")
		os.Exit(3)
	},
	"announce": func() {
		fmt.Println(os.Getenv("AWS_LAMBDA_RUNTIME_API"))
		select {}
	},
	"descendant": func() {
		switch os.Getenv("ESCAPE") {
		case "away":
			syscall.Setsid()
		case "group":
			syscall.Setpgid(0, 0)
		}
		enter()
	},
	"host": runHost,
}

// event tells the program "act" what to do.
type event struct {
	Do   string
	Text string
	N    int
}

type broken struct{ text string }

func (b *broken) Error() string { return b.text }

func act(ctx context.Context, e event) (any, error) {
	switch e.Do {
	case "echo":
		return e.Text, nil
	case "pid":
		return os.Getpid(), nil
	case "fail":
		return nil, &broken{e.Text}
	case "panic":
		panic(e.Text)
	case "exit":
		os.Exit(e.N)
	case "kill":
		return nil, syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "environment":
		return os.Environ(), nil
	case "context":
		c, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{"ID": c.AwsRequestID, "ARN": c.InvokedFunctionArn, "Left": time.Until(deadline), "Trace": os.Getenv("_X_AMZN_TRACE_ID")}, nil
	case "print":
		for n := range e.N {
			fmt.Println(n, e.Text)
			fmt.Fprintln(os.Stderr, n, e.Text)
		}
		fmt.Print("unfinished")
	case "answer":
		return strings.Repeat("x", e.N), nil
	case "stream":
		return io.MultiReader(strings.NewReader("begun"), failing{}), nil
	case "enter":
		enter()
	case "spawn":
		return spawn(e.Text)
	}
	return nil, nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the source is dry") }

// enter connects to the test's gate and stays until the gate opens.
func enter() {
	c, err := net.Dial("tcp", os.Getenv("GATE"))
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(c, os.Getpid())
	io.Copy(io.Discard, c)
}

// spawn starts a process that outlives the invocation and holds standard output
// open.
func spawn(escape string) (int, error) {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), programVariable+"=descendant", "ESCAPE="+escape)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Start(); err != nil {
		return 0, err
	}
	return c.Process.Pid, nil
}

// runHost invokes a function and waits to be killed.
func runHost() {
	h := NewHost(Config{Environment: map[string]string{programVariable: "act"}})
	r, err := h.Register(Function{Name: "f", Command: []string{os.Args[0]}, Env: map[string]string{"GATE": os.Getenv("GATE")}, Timeout: time.Minute, MemorySize: 128, Concurrency: 1})
	if err != nil {
		panic(err)
	}
	r.Invoke(context.Background(), Invocation{Payload: []byte(`{"Do":"enter"}`)})
}

// gate is what processes of a test enter. A visitor leaves when its process
// ends, which tells of its end without asking again and again.
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

// bench is a host with one function, for one test.
type bench struct {
	t testing.TB
	*Host
	*Runner
	*printed
}

func newBench(t testing.TB, program string, change ...func(*Host, *Function)) *bench {
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
	return &bench{t, h, r, p}
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
func (b *bench) invoke(e event) Result {
	b.t.Helper()
	result, err := b.Invoke(b.t.Context(), e.payload())
	if err != nil {
		b.t.Fatal(err)
	}
	return result
}

// answer runs an invocation that must succeed.
func (b *bench) answer(e event, into any) {
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
func (b *bench) fail(e event) (failure, Result) {
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

// idles waits until so many processes poll, and waits until so many
// invocations wait for one.
func (b *bench) idles(n int) { b.await(func() bool { return len(b.idle) == n }) }
func (b *bench) waits(n int) { b.await(func() bool { return len(b.waiting) == n }) }

// await looks at the runner's state until it is as wanted.
func (b *bench) await(wanted func() bool) {
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

// leftovers are this package's goroutines, except those of tests.
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
