package local

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/serverless-star/starjob/local/sandbox"
)

// function is a function at work.
type function struct {
	*functionPlan
	runner *sandbox.Runner
	fatal  func(error) // ends the run
	show   func(Line)
	note   func(string)
	// patience is how long one who waits for an answer waits for a process; 0 is
	// without limit.
	patience time.Duration
	metrics  metrics
	tail     tail

	mu        sync.Mutex
	answered  bool // a process has started well, so that the next one should
	lastError string
	durations Distribution // of invocations, milliseconds
	stopped   bool         // it was said that Lambda would end its loop
	joined    sync.Once    // it was said that metrics have text before them
}

// FunctionError is what an invocation failed with.
type FunctionError struct {
	Function string // its logical ID
	Type     string // as in Runtime.ExitError; may be empty
	Message  string
}

// Error names the function and the error's text.
func (e *FunctionError) Error() string { return e.Function + ": " + e.Message }

// run runs one invocation and notes how it ended.
func (f *function) run(ctx context.Context, in sandbox.Invocation) (sandbox.Result, error) {
	if f.reserved == 0 {
		return sandbox.Result{}, sandbox.ErrThrottled
	}
	result, err := f.runner.Invoke(ctx, in)
	if err != nil {
		return result, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.durations.Add(float64(result.Duration)/float64(time.Millisecond), 1)
	f.answered = f.answered || !result.InitError
	if result.FunctionError != "" {
		f.lastError = reasonOf(result).ErrorMessage
	}
	return result, nil
}

// invoke runs one invocation and returns the function's answer. A failure of
// the function's is a *FunctionError.
func (f *function) invoke(ctx context.Context, in sandbox.Invocation) ([]byte, error) {
	result, err := f.run(ctx, in)
	if err != nil {
		return nil, err
	}
	if result.FunctionError == "" {
		return result.Payload, nil
	}
	reply := reasonOf(result)
	f.mu.Lock()
	defer f.mu.Unlock()
	if result.InitError && !f.answered {
		// Its messages would come back until they are dead letters, each for
		// the same reason.
		err := f.startError(reply.ErrorMessage)
		f.fatal(err)
		return nil, err
	}
	return nil, &FunctionError{f.id, reply.ErrorType, reply.ErrorMessage}
}

// crashed remembers why a whole invocation failed, unless that was the end of
// the run.
func (f *function) crashed(err error) {
	if errors.Is(err, sandbox.ErrClosed) {
		return
	}
	var failure *FunctionError
	var loop *LoopError
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lastError = err.Error()
	if errors.As(err, &loop) && !f.stopped {
		f.stopped = true
		f.show(Line{Function: f.id, Stderr: true, Text: err.Error()})
	}
	if errors.As(err, &failure) {
		f.lastError = failure.Message
	}
}

// log takes a line of the function's output: metrics are added up, everything
// else is shown.
func (f *function) log(show func(Line)) func(sandbox.Line) {
	return func(l sandbox.Line) {
		rest, found := f.metrics.take(l.Text)
		if found && len(rest) == 0 {
			return
		}
		if l.Text = rest; found {
			f.joined.Do(func() {
				f.note("the function " + f.name + " prints text without a newline before a line of metrics, which CloudWatch will not find behind it")
			})
		}
		f.tail.add(string(l.Text))
		show(Line{Function: f.id, Stderr: l.Stderr, Text: string(l.Text)})
	}
}

// Line is a line of a function's output.
type Line struct {
	Function string // logical ID
	Stderr   bool
	Text     string // without the line's end
}

// tail keeps the last lines of a log.
type tail struct {
	mu    sync.Mutex
	lines []string
}

const tailLines = 20

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lines) == tailLines {
		t.lines = append(t.lines[:0], t.lines[1:]...)
	}
	t.lines = append(t.lines, line)
}

func (t *tail) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = nil
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n")
}
