// Command job is the program behind the scripts of this package: a plan that
// generates items, and a step that does what its items say.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/serverless-star/starjob/runtime/star"
)

// orders is the data of plan.
type orders struct {
	Items  int    // how many items of work to generate
	Poison string // the error of one more item
	Hang   bool   // one more item that never ends by itself
	Step   string // one more item, of this step
	Millis int    // how long each item of work takes
	Exit   bool   // one more item, whose process is killed at its first attempt
	Print  int    // one more item, which prints so many megabytes
	Again  int    // plan again, so many times
	Once   string // the error of one more item, the first time that it runs here
}

type item struct {
	N    int
	Fail string
	Hang bool

	Millis int    `json:",omitempty"`
	Exit   bool   `json:",omitempty"`
	Once   string `json:",omitempty"`

	Megabytes int `json:",omitempty"`
}

var (
	plan = star.NewStep[orders]("plan")
	work = star.NewStep[item]("work")
)

func main() {
	if os.Getenv("PLAIN") != "" { // a function that knows nothing of jobs
		lambda.Start(func(json.RawMessage) { first() })
	}
	if why := os.Getenv("BROKEN"); why != "" {
		fmt.Fprintln(os.Stderr, why)
		os.Exit(1)
	}
	if os.Getenv("STUBBORN") != "" {
		signal.Ignore(syscall.SIGTERM)
	}
	star.Start(plan.Handle(doPlan), work.Handle(doWork))
}

// first reports whether nobody has called it before in this folder for temporary
// files.
func first() bool {
	f, err := os.OpenFile(filepath.Join(os.TempDir(), "first"), os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		f.Close()
	}
	return err == nil
}

func doPlan(_ context.Context, o orders, generate star.Generate) error {
	for n := range o.Items {
		if err := generate(work.With(item{N: n, Millis: o.Millis})); err != nil {
			return err
		}
	}
	if o.Poison != "" {
		return generate(work.With(item{Fail: o.Poison}))
	}
	if o.Hang {
		return generate(work.With(item{Hang: true}))
	}
	if o.Again > 0 {
		return generate(plan.With(orders{Again: o.Again - 1}))
	}
	if o.Once != "" {
		return generate(work.With(item{Once: o.Once}))
	}
	if o.Print > 0 {
		return generate(work.With(item{Megabytes: o.Print}))
	}
	if o.Exit {
		return generate(work.With(item{Exit: true}))
	}
	if o.Step != "" {
		return generate(star.Invocation{Step: o.Step, Data: "x"})
	}
	return nil
}

func doWork(ctx context.Context, i item, _ star.Generate) error {
	if refuse := os.Getenv("POISON"); refuse != "" {
		return star.Drop(errors.New(refuse))
	}
	if i.Fail != "" {
		return star.Drop(errors.New(i.Fail))
	}
	if i.Once != "" && first() {
		return star.Drop(errors.New(i.Once))
	}
	if i.Exit && star.FromContext(ctx).Attempt == 1 {
		self, err := os.FindProcess(os.Getpid())
		if err != nil {
			return err
		}
		return self.Kill() // as the kernel does when memory runs out
	}
	for range i.Megabytes << 10 {
		fmt.Println(strings.Repeat("x", 1023))
	}
	time.Sleep(time.Duration(i.Millis) * time.Millisecond)
	if i.Hang {
		fmt.Println("hanging")
		<-ctx.Done()
	}
	return nil
}
