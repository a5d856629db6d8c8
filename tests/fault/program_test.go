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

// envReport is the URL that a program's handlers report to. Where it is set, the
// test binary is the program under test.
const envReport = "STARJOB_FAULT_REPORT"

// padded is an item of the program's.
type padded struct {
	ID, By string
	Pad    string `json:",omitempty"`
}

func runProgram() { star.Start(star.NewStep[padded]("work").Handle(work)) }

// work asks the test what to do, and does it. testdata has it in other languages.
func work(ctx context.Context, it padded, generate star.Generate) error {
	me := star.FromContext(ctx)
	delivery := key(me.MessageID, me.Attempt)
	var s script
	if err := json.Unmarshal(tell("began", delivery), &s); err != nil {
		return err
	}
	if err := s.generate(delivery, generate); err != nil {
		return err
	}
	if err := s.behave(ctx, func() {
		if generate(invite(child{Step: "work", ID: "late", Group: "late"}, delivery)) == nil {
			tell("late", it.By)
		}
	}); err != nil {
		return err
	}
	if s.Then != yields {
		tell("handled", delivery)
	}
	return nil
}

func (s script) generate(by string, generate star.Generate) error {
	var all []star.Invocation
	for _, c := range s.Generate {
		all = append(all, invite(c, by))
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

func invite(c child, by string) star.Invocation {
	var data any = padded{c.ID, by, strings.Repeat("x", c.Pad)}
	if c.Text {
		data = c.ID + " " + by
	}
	return star.Invocation{Step: c.Step, Data: data, Group: c.Group, Delay: time.Duration(c.Delay * float64(time.Second))}
}

var errPlanned = errors.New("as planned")

func (s script) behave(ctx context.Context, late func()) error {
	switch s.Then {
	case broken:
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

// tell reports to the test, and returns its answer when the test has taken note.
// To say it twice changes nothing.
func tell(what, delivery string) []byte {
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
		slog.Error("the test does not listen", "error", err)
		time.Sleep(10 * time.Millisecond)
	}
}
