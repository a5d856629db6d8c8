package fault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
)

// envReport names the variable with the URL that handlers report to. If it is set, the
// test binary is the program under test.
const envReport = "STARJOB_FAULT_REPORT"

// paddedItem is an item with bytes that make it large.
type paddedItem struct {
	ID, By string
	Pad    string `json:",omitempty"`
}

// runProgram is the main function of the program under test.
func runProgram() { star.Start(star.NewStep[paddedItem]("work").Handle(work)) }

// work asks the test for a script, and carries it out. testdata has the same program in
// other languages.
func work(ctx context.Context, it paddedItem, generate star.Generate) error {
	me := star.FromContext(ctx)
	delivery := deliveryKey(me.MessageID, me.Attempt)
	var s script
	if err := json.Unmarshal(report("began", delivery), &s); err != nil {
		return err
	}
	if err := s.generate(delivery, generate); err != nil {
		return err
	}
	if err := s.behave(ctx, func() {
		if generate(invocationOf(child{Step: "work", ID: "late", Group: "late"}, delivery)) == nil {
			report("late", it.By)
		}
	}); err != nil {
		return err
	}
	if s.Then != yields {
		report("handled", delivery)
	}
	return nil
}

func (s script) generate(by string, generate star.Generate) error {
	var all []star.Invocation
	for _, c := range s.Generate {
		all = append(all, invocationOf(c, by))
	}
	if s.Together {
		return generate(all...)
	}
	for _, i := range all {
		if err := generate(i); err != nil {
			return err
		}
	}
	return nil
}

// invocationOf converts an item to an invocation of generate. by is the delivery whose
// handler generates it.
func invocationOf(c child, by string) star.Invocation {
	var data any = paddedItem{c.ID, by, strings.Repeat("x", c.Pad)}
	if c.Text {
		data = c.ID + " " + by
	}
	return star.Invocation{Step: c.Step, Data: data, Group: c.Group, Delay: time.Duration(c.Delay * float64(time.Second))}
}

var errPlanned = errors.New("as planned")

func (s script) behave(ctx context.Context, late func()) error {
	switch s.Then {
	case fails:
		return errPlanned
	case drops:
		return star.Drop(errPlanned)
	case retries:
		return star.RetryAfter(0, errPlanned)
	case panics:
		panic("as planned")
	case exits:
		runtime.Goexit()
	case quits:
		os.Exit(3)
	case slow:
		<-ctx.Done()
		return ctx.Err()
	case yields:
		<-ctx.Done()
	case deaf, blocks:
		<-ctx.Done()
		time.Sleep(time.Duration(s.Pause) * time.Millisecond)
		late()
	}
	return nil
}

// report reports to the test, and returns the response. It retries, because a repeated
// report has no effect.
func report(what, delivery string) []byte {
	for {
		response, err := http.Post(os.Getenv(envReport)+"/"+what+"/"+delivery, "", nil)
		if err == nil {
			var answer bytes.Buffer
			_, err = answer.ReadFrom(response.Body)
			response.Body.Close()
			if err == nil {
				return answer.Bytes()
			}
		}
		slog.Error("the test does not answer", "error", err)
		time.Sleep(10 * time.Millisecond)
	}
}
