// Command work is the scripted handler of the language tests: an item says what
// it does.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/serverless-star/starjob/runtime/star"
)

type order struct {
	Do          string       `json:"do"`
	Text        string       `json:"text"`
	After       float64      `json:"after"`
	Items       []invocation `json:"items"`
	Item        invocation   `json:"item"`
	Size        int          `json:"size"`
	N           int          `json:"n"`
	Unencodable bool         `json:"unencodable"`
	Name        string       `json:"name"`
}

type invocation struct {
	Step  string  `json:"step"`
	Data  any     `json:"data"`
	Delay float64 `json:"delay"`
	Group string  `json:"group"`
}

func (i invocation) star() star.Invocation {
	return star.Invocation{Step: i.Step, Data: i.Data, Delay: time.Duration(i.Delay * float64(time.Second)), Group: i.Group}
}

// TypeError is named as in the other languages.
type TypeError struct{ text string }

func (e *TypeError) Error() string { return e.text }

func main() { star.Start(star.NewStep[order]("work.handle").Handle(handle)) }

func handle(ctx context.Context, o order, generate star.Generate) error {
	switch o.Do {
	case "ok":
	case "fail", "reject":
		panic(&TypeError{o.Text})
	case "drop":
		return star.Drop(errors.New(o.Text))
	case "retry":
		return star.RetryAfter(time.Duration(o.After*float64(time.Second)), errors.New("not yet"))
	case "dropNothing":
		return star.Drop(nil)
	case "generateNothing":
		return generate()
	case "generate", "together", "unawaited":
		return all(o.Items, generate)
	case "many":
		for i := range o.N {
			if err := generate(star.Invocation{Step: "next", Data: i}); err != nil {
				return err
			}
		}
	case "refused":
		return refused(o, generate)
	case "generateAndFail":
		return errors.Join(all(o.Items, generate), &TypeError{o.Text})
	case "meet":
		meet(o.Name, o.N)
	case "deaf":
		time.Sleep(time.Minute)
	case "obey":
		<-ctx.Done()
	case "late":
		<-ctx.Done()
		err := generate(star.Invocation{Step: "next", Data: "too late"})
		slog.ErrorContext(ctx, "refused: "+reason(err))
		return err
	case "about":
		i := star.FromContext(ctx)
		sent := int64(0)
		if !i.FirstSent.IsZero() {
			sent = i.FirstSent.UnixMilli()
		}
		return generate(star.Invocation{Step: "next", Data: map[string]any{
			"job": i.Job, "step": i.Step, "messageId": i.MessageID, "attempt": i.Attempt, "depth": i.Depth, "firstSent": sent}})
	case "log":
		slog.WarnContext(ctx, o.Text)
	case "noise":
		fmt.Fprint(os.Stderr, "half a line") // standard output carries a Go program's metrics
	case "exit":
		os.Exit(3)
	default:
		return fmt.Errorf("no such order: %s", o.Do)
	}
	return nil
}

func all(items []invocation, generate star.Generate) error {
	for _, i := range items {
		if err := generate(i.star()); err != nil {
			return err
		}
	}
	return nil
}

func refused(o order, generate star.Generate) error {
	i := o.Item.star()
	if o.Size > 0 {
		i.Data = strings.Repeat("x", o.Size)
	}
	if o.Unencodable {
		i.Data = func() {}
	}
	err := generate(i)
	var refusal *star.GenerateError
	if !errors.As(err, &refusal) {
		return err
	}
	return generate(star.Invocation{Step: "next", Data: map[string]string{"reason": reason(err), "step": refusal.Step, "message": err.Error()}})
}

func reason(err error) string {
	for name, reason := range map[string]error{
		"UnknownStep": star.ErrUnknownStep, "NotJSON": star.ErrNotJSON, "TooLarge": star.ErrTooLarge, "TooDeep": star.ErrTooDeep,
		"Delay": star.ErrDelay, "Group": star.ErrGroup, "Ended": star.ErrEnded, "NotSent": star.ErrNotSent,
	} {
		if errors.Is(err, reason) {
			return name
		}
	}
	return ""
}

var meetings = struct {
	sync.Mutex
	by map[string]*sync.WaitGroup
}{by: map[string]*sync.WaitGroup{}}

// meet waits until n handlers have called it.
func meet(name string, n int) {
	meetings.Lock()
	g := meetings.by[name]
	if g == nil {
		g = &sync.WaitGroup{}
		g.Add(n)
		meetings.by[name] = g
	}
	meetings.Unlock()
	g.Done()
	g.Wait()
}
