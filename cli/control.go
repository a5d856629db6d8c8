package cli

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
	"github.com/serverless-star/starjob/runtime/wire"
)

// Paths of a run that other star commands ask.
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

// retried is what became of dead letters that were to be sent again.
type retried struct {
	Items int `json:"items"`
}

// control serves what star send and star failed ask for.
func (s *session) control() {
	s.stack.Handle("GET "+pathRun, answer(func(*http.Request) (any, error) { return s.endpoints(), nil }))
	s.stack.Handle("POST "+pathSend, answer(s.serveSend))
	s.stack.Handle("GET "+pathFailed, answer(s.serveFailed))
	s.stack.Handle("POST "+pathRetry, answer(s.serveRetry))
}

func answer(do func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value, err := do(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(value) // fails where the client is gone
	})
}

// stepNamed finds a step by its name.
func (s *session) stepNamed(name string) (expand.Step, error) {
	var names []string
	for _, step := range s.steps {
		if step.Name == name {
			return step, nil
		}
		names = append(names, step.Name)
	}
	return expand.Step{}, errors.New("there is no step " + name + didYouMean(name, names))
}

func (s *session) serveSend(r *http.Request) (any, error) {
	step, err := s.stepNamed(r.URL.Query().Get("step"))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	return struct{}{}, s.stack.Send(step.Queue, string(body))
}

// chosen are the step that a request names, or all, of those that have a
// dead-letter queue.
func (s *session) chosen(r *http.Request) ([]expand.Step, error) {
	steps := s.steps
	if name := r.URL.Query().Get("step"); name != "" {
		step, err := s.stepNamed(name)
		if err != nil {
			return nil, err
		}
		steps = []expand.Step{step}
	}
	return slices.DeleteFunc(slices.Clone(steps), func(step expand.Step) bool { return step.DeadLetterQueue == "" }), nil
}

func (s *session) serveFailed(r *http.Request) (any, error) {
	steps, err := s.chosen(r)
	items := []failedItem{}
	functions := s.stack.Snapshot().Functions
	for _, step := range steps {
		for _, letter := range s.stack.Peek(step.DeadLetterQueue, mostLetters) {
			items = append(items, failedOf(step, letter, functions[step.Function].LastError))
		}
	}
	return items, err
}

func failedOf(step expand.Step, letter local.Letter, lastError string) failedItem {
	received := letter.Received
	if attempts, err := strconv.Atoi(letter.Attributes[wire.AttributeAttempts]); err == nil {
		received = attempts // of the item: the letter is another message, which nobody has received
	}
	return failedItem{step.Name, letter.ID, reasonOf(letter, lastError), received, letter.Body, letter.Attributes}
}

func (s *session) serveRetry(r *http.Request) (any, error) {
	steps, err := s.chosen(r)
	var all retried
	for _, step := range steps {
		n, problem := s.stack.Redrive(step.DeadLetterQueue, step.Queue, r.URL.Query()["id"])
		all.Items += n
		err = errors.Join(err, problem)
	}
	return all, err
}
