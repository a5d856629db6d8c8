package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/serverless-star/starjob/local/sandbox"
)

// Ready starts a process of every function and returns when all of them ask for
// an event; they will work on the first. Before anything is sent, that shows
// every function that cannot start: each is a [*StartError], joined with the
// others. Once a function was ready, a process that ends at its start fails its
// invocation and no more.
func (s *Stack) Ready(ctx context.Context) error {
	ids := slices.Sorted(maps.Keys(s.functions))
	failures := make([]error, len(ids))
	// A process that starts wants a processor for itself: more at a time would
	// only make each take longer, up to its limit.
	slots := make(chan struct{}, 2*runtime.GOMAXPROCS(0))
	var starting sync.WaitGroup
	for i, id := range ids {
		slots <- struct{}{}
		starting.Go(func() {
			failures[i] = s.functions[id].ready(ctx)
			<-slots
		})
	}
	starting.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return errors.Join(failures...)
}

func (f *function) ready(ctx context.Context) error {
	result, err := f.runner.Start(ctx)
	if err != nil {
		return fmt.Errorf("the function %s: %w", f.id, err)
	}
	if result.FunctionError != "" {
		return f.startError(reasonOf(result).ErrorMessage)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answered = true
	return nil
}

// reason is the body of a function error.
type reason struct{ ErrorType, ErrorMessage string }

func reasonOf(result sandbox.Result) reason {
	var r reason
	if json.Unmarshal(result.Payload, &r) != nil || r.ErrorMessage == "" {
		r.ErrorMessage = clip(result.Payload)
	}
	return r
}

// StartError says that a function's process could not be started, or ended or
// ran out of time before it asked for its first event.
type StartError struct {
	Function string // its logical ID
	Message  string
	Log      string // the last lines of the process's output
}

func (f *function) startError(message string) *StartError {
	return &StartError{Function: f.id, Message: forRequest.ReplaceAllString(message, ""), Log: f.tail.text()}
}

// forRequest is the part of a message that names an invocation, which says
// nothing here.
var forRequest = regexp.MustCompile(`^RequestId: \S+ Error: `)

// Error names the function and shows the end of its log.
func (e *StartError) Error() string {
	message := fmt.Sprintf("the function %s does not start: %s", e.Function, e.Message)
	if strings.HasSuffix(e.Message, syscall.ENOEXEC.Error()) {
		message += fmt.Sprintf("; the program is for another kind of machine, and this is %s/%s: point CodeUri at its source, or build it for this one", runtime.GOOS, runtime.GOARCH)
	}
	if log := strings.TrimSpace(strings.TrimSuffix(e.Log, e.Message)); log != "" {
		message += "\n  " + strings.ReplaceAll(log, "\n", "\n  ")
	}
	return message
}
