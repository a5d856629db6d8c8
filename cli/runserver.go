package cli

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/serverless-star/starjob/cli/display"
	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Paths that a run serves to other star commands.
const (
	pathRun    = "/star/run"    // GET: the endpoints
	pathSend   = "/star/send"   // POST ?step: an item
	pathFailed = "/star/failed" // GET ?step: dead letters
	pathRetry  = "/star/retry"  // POST ?step&id…: send dead letters again
)

// failedItem is a dead letter.
type failedItem struct {
	Step       string            `json:"step"`
	ID         string            `json:"id"`
	Error      string            `json:"error"`
	Received   int               `json:"received"`
	Body       string            `json:"body"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// retried counts the dead letters that were sent again.
type retried struct {
	Items int `json:"items"`
}

// control answers star send and star failed.
type control struct {
	stack *local.Stack
	steps []expand.Step
}

// serveControl serves a run's control paths at its stack's endpoint.
func serveControl(stack *local.Stack, steps []expand.Step, endpoints display.Endpoints) {
	c := control{stack, steps}
	stack.Handle("GET "+pathRun, jsonHandler(func(*http.Request) (any, error) { return endpoints, nil }))
	stack.Handle("POST "+pathSend, jsonHandler(c.send))
	stack.Handle("GET "+pathFailed, jsonHandler(c.failed))
	stack.Handle("POST "+pathRetry, jsonHandler(c.retry))
}

// jsonHandler answers with a value as JSON, or with status 400 and an error.
func jsonHandler(answer func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value, err := answer(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(value) // fails if the client is gone
	})
}

func (c control) send(r *http.Request) (any, error) {
	step, err := c.step(r.URL.Query().Get("step"))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	return struct{}{}, c.stack.Send(step.Queue, string(body))
}

func (c control) failed(r *http.Request) (any, error) {
	steps, err := c.stepsWithDeadLetters(r)
	items := []failedItem{}
	functions := c.stack.Snapshot().Functions
	for _, step := range steps {
		for _, deadLetter := range c.stack.Peek(step.DeadLetterQueue, maxDeadLetters) {
			items = append(items, failedItemOf(step, deadLetter, functions[step.Function].LastError))
		}
	}
	return items, err
}

func failedItemOf(step expand.Step, deadLetter local.DeadLetter, lastError string) failedItem {
	received := deadLetter.Received
	if attempts, err := strconv.Atoi(deadLetter.Attributes[wire.AttributeAttempts]); err == nil {
		received = attempts // of the item: the dead letter is a new message, which nobody has received
	}
	return failedItem{step.Name, deadLetter.ID, reasonOf(deadLetter, lastError), received, deadLetter.Body, deadLetter.Attributes}
}

func (c control) retry(r *http.Request) (any, error) {
	steps, err := c.stepsWithDeadLetters(r)
	var done retried
	for _, step := range steps {
		n, problem := c.stack.Redrive(step.DeadLetterQueue, step.Queue, r.URL.Query()["id"])
		done.Items += n
		err = errors.Join(err, problem)
	}
	return done, err
}

// stepsWithDeadLetters returns the step that a request names, or all, without
// those that have no dead-letter queue.
func (c control) stepsWithDeadLetters(r *http.Request) ([]expand.Step, error) {
	steps := c.steps
	if name := r.URL.Query().Get("step"); name != "" {
		step, err := c.step(name)
		if err != nil {
			return nil, err
		}
		steps = []expand.Step{step}
	}
	return slices.DeleteFunc(slices.Clone(steps), func(step expand.Step) bool { return step.DeadLetterQueue == "" }), nil
}

func (c control) step(name string) (expand.Step, error) {
	return stepNamed(name, c.steps, "unknown step ")
}
