package fault

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
)

// Variables that make the test binary the program under test.
const (
	envSeed   = "STARJOB_FAULT_PROGRAM" // its seed
	envReport = "STARJOB_FAULT_REPORT"  // the URL that its handlers report to
)

// item is an item of the program's. By names the delivery whose handler
// generated it, so that what each attempt sent can be told apart.
type item struct{ ID, By string }

// program is a job of one step that feeds itself.
type program struct {
	*plan
	report string
}

func runProgram(seed string) {
	n, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		panic(err)
	}
	p := &program{newPlan(n), os.Getenv(envReport)}
	star.Start(star.NewStep[item]("work").Handle(p.work))
}

// key names a delivery: a message and the how manieth time it was received.
func key(messageID string, attempt int) string { return fmt.Sprintf("%s.%d", messageID, attempt) }

// work generates what the plan says, and then does as the plan says.
func (p *program) work(ctx context.Context, it item, generate star.Generate) error {
	me := star.FromContext(ctx)
	delivery := key(me.MessageID, me.Attempt)
	p.tell("began", delivery)
	for _, c := range p.children(it.ID) {
		if err := generate(p.invocation(c, delivery)); err != nil {
			return err
		}
	}
	if err := p.behave(ctx, it, me.Attempt, func() error {
		return generate(p.invocation(child{"late", "work", "late"}, delivery))
	}); err != nil {
		return err
	}
	p.tell("handled", delivery)
	return nil
}

func (p *program) invocation(c child, by string) star.Invocation {
	var data any = item{c.id, by}
	if p.mannerOf(c.id) == undecodable {
		data = c.id + " " + by
	}
	return star.Invocation{Step: c.step, Data: data, Group: c.group}
}

var errPlanned = errors.New("as planned")

func (p *program) behave(ctx context.Context, it item, attempt int, late func() error) error {
	m := p.mannerOf(it.ID)
	first := attempt == 1
	switch {
	case m == broken, m == flaky && first:
		return errPlanned
	case m == drops:
		return star.Drop(errPlanned)
	case m == retries && first:
		return star.RetryAfter(0, errPlanned)
	case m == panics && first:
		panic("as planned")
	case m == exits && first:
		runtime.Goexit()
	case m == slow && first:
		<-ctx.Done()
		return ctx.Err()
	case m == deaf && first:
		<-ctx.Done()
		time.Sleep(timeout / 2) // deaf to the end of its time
		if late() == nil {
			p.tell("late", it.By)
		}
	}
	return nil
}

// tell reports to the test, and returns when the test has taken note. To say it
// twice changes nothing.
func (p *program) tell(what, delivery string) {
	for {
		response, err := http.Post(p.report+"/"+what+"/"+delivery, "", nil)
		if err == nil {
			response.Body.Close()
			return
		}
		slog.Error("the test does not listen", "error", err)
		time.Sleep(timeout / 100)
	}
}
