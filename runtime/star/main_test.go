package star_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
)

// TestMain makes the test binary the program under test if asProgram is set: a function
// of a job, which the test starts with functest.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		program()
	}
	os.Exit(m.Run())
}

const asProgram = "STARTEST_PROGRAM"

// orders are items. They say what the handler does.
type orders struct {
	Generate int    `json:",omitempty"` // items for the step sink
	For      string `json:",omitempty"` // or for this step
	Fail     string `json:",omitempty"`
	Drop     string `json:",omitempty"`
	Retry    string `json:",omitempty"` // after an hour
	Panic    string `json:",omitempty"`
	Exit     bool   `json:",omitempty"` // runtime.Goexit
	Hang     bool   `json:",omitempty"` // forever, even after the context has ended
	Wait     bool   `json:",omitempty"` // until the context is done, then generate
	Huge     int    `json:",omitempty"` // bytes of a generated item
	Meet     int    `json:",omitempty"` // wait until this many handlers run
}

var (
	work = star.NewStep[orders]("work")
	sink = star.NewStep[int]("sink")
	blob = star.NewStep[string]("sink")
)

// here counts the handlers that meet, and all is closed when there are enough.
var (
	here atomic.Int64
	all  = make(chan struct{})
)

func program() {
	star.Start(work.Handle(doWork), sink.Handle(func(context.Context, int, star.Generate) error { return nil }))
}

func doWork(ctx context.Context, o orders, generate star.Generate) error {
	slog.InfoContext(ctx, "working", "orders", o)
	for i := range o.Generate {
		invocation := sink.With(i)
		if o.For != "" {
			invocation.Step = o.For
		}
		if err := generate(invocation); err != nil {
			return err
		}
	}
	switch {
	case o.Fail != "":
		return errors.New(o.Fail)
	case o.Drop != "":
		return star.Drop(errors.New(o.Drop))
	case o.Retry != "":
		return star.RetryAfter(time.Hour, errors.New(o.Retry))
	case o.Panic != "":
		panic(o.Panic)
	case o.Exit:
		runtime.Goexit()
	case o.Hang:
		select {}
	case o.Wait:
		<-ctx.Done()
		return generate(sink.With(-1))
	case o.Huge > 0:
		return generate(blob.With(string(make([]byte, o.Huge))))
	case o.Meet > 0:
		if here.Add(1) == int64(o.Meet) {
			close(all)
		}
		<-all
	}
	return nil
}
