//go:build unix

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// programVariable selects one of the programs: the test binary is also the program
// of all functions.
const programVariable = "TEST_PROGRAM"

func TestMain(m *testing.M) {
	if name := os.Getenv(programVariable); name != "" {
		programs[name]()
		return
	}
	os.Exit(m.Run())
}

// programs holds the programs that function processes run.
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
	case "reader":
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

// enter connects to the test's gate and waits until the gate opens.
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
