package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"github.com/serverless-star/starjob/cli/display"
	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
)

// session runs a template locally, from the start of its functions to its results.
type session struct {
	stack    *local.Stack
	template *template
	first    firstItem
	display  display.Display
	keep     bool // keep running when all is done
	watch    bool // rebuild the functions when their source changes

	steps    []expand.Step      // the job's, and the template's other event source mappings
	failures map[string]failure // the last that was shown, by step
}

// run starts the job, waits until it is done, stops everything and shows the
// results. Nothing is sent unless all functions can start.
func (s *session) run(ctx context.Context) error {
	if err := s.stack.Ready(ctx); err != nil {
		s.stack.Close()
		_ = s.display.End(nil, nil, nil)
		return sessionError(mergeStartErrors(err), nil)
	}
	s.steps = allSteps(s.first.job, s.stack.Mappings())
	endpoints := endpointsOf(s.stack, s.template, s.first, s.steps)
	serveControl(s.stack, s.steps, endpoints)
	if s.keep {
		removeNote, err := leaveNote(s.stack.Endpoint())
		defer removeNote()
		endpoints.NeedsEndpoint = err != nil
	}
	s.display.Started(endpoints)
	stopProgress := s.showProgress()
	stopWatching := func() {}
	if s.watch {
		stopWatching = watchSources(ctx, s.stack, s.template, s.display)
	}
	err := s.work(ctx)
	kept := err == nil && s.keep
	if kept {
		s.display.Kept(endpoints)
		err = s.stack.Stay(ctx)
	}
	stopWatching()
	stopProgress()
	return s.finish(err, kept)
}

// finish stops everything, shows the results, and returns the command's
// error. Err is why the work ended, and kept whether that was after all was done.
func (s *session) finish(err error, kept bool) error {
	s.showFailures()
	// Dead letters are read while the queues exist; figures, after the last process
	// has written its last line.
	dead := deadLettersOf(s.steps, s.stack)
	s.stack.Close()
	figures := s.figures()
	for i := range figures {
		figures[i].DueIn = 0 // nothing is retried anymore
	}
	if kept && errors.Is(err, errInterrupted) && unfinished(figures) == 0 {
		err = nil // the normal end of a run that keeps running
	}
	unwritten := s.display.End(figures, dead, s.remarks(err, figures, dead))
	return sessionError(cmp.Or(err, unwritten), dead)
}

// sessionError is the command's error for why the session ended.
func sessionError(err error, dead []display.DeadLetters) error {
	switch {
	case errors.Is(err, errInterrupted), errors.Is(err, syscall.EPIPE):
		return exit(exitInterrupted)
	case err != nil:
		return err
	case len(dead) > 0:
		return exit(exitProblems)
	}
	return nil
}

// work starts the job and waits until all queues are empty.
func (s *session) work(ctx context.Context) error {
	if err := s.sendFirst(ctx); err != nil {
		return err
	}
	return s.stack.Drain(ctx)
}

// sendFirst sends the first item: through the generate function, so that it is
// tested too, or directly to the step's queue if the job has none. If there is no
// job, it is left to other programs.
func (s *session) sendFirst(ctx context.Context) error {
	if len(s.first.job.Steps) == 0 {
		return nil
	}
	if s.first.job.GenerateFunction == "" {
		return s.stack.Send(s.first.step.Queue, string(s.first.data))
	}
	event, err := json.Marshal(map[string]any{"step": s.first.step.Name, "data": json.RawMessage(s.first.data)})
	if err != nil {
		return err
	}
	_, err = s.stack.Invoke(ctx, s.first.job.GenerateFunction, event)
	var failure *local.FunctionError
	if errors.As(err, &failure) {
		return fmt.Errorf("cannot start the job: its generate function failed: %w", err)
	}
	return err
}

func (s *session) figures() []display.Step { return figuresOf(s.steps, s.stack.Snapshot()) }

// showProgress shows figures and failures at the display's interval, until stop is
// called.
func (s *session) showProgress() (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	ticker := time.NewTicker(s.display.Interval())
	go func() {
		defer close(ended)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				s.showFailures()
				s.display.Progress(s.figures())
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// failure is the last of a function's failed invocations, and the number of all.
type failure struct {
	number  int
	message string
}

// showFailures shows the last failed invocation of each function since it was last
// called: a process that was killed, or that timed out, logs nothing itself.
func (s *session) showFailures() {
	functions := s.stack.Snapshot().Functions
	for _, step := range s.steps {
		f := functions[step.Function]
		if last := (failure{f.Errors, f.LastError}); f.LastError != "" && last != s.failures[step.Name] {
			s.failures[step.Name] = last
			s.display.Note(step.Name + ": an invocation failed: " + f.LastError)
		}
	}
}

// remarks explain what the figures don't show.
func (s *session) remarks(err error, figures []display.Step, dead []display.DeadLetters) []string {
	var remarks []string
	if n := unfinished(figures); errors.Is(err, errInterrupted) && n > 0 {
		remarks = append(remarks, "interrupted; lost with the queues: "+display.Count(n, "unfinished item"))
	}
	if string(s.first.data) == "null" && slices.ContainsFunc(dead, func(g display.DeadLetters) bool { return g.Step == s.first.step.Name && g.Body == "null" }) {
		remarks = append(remarks, "the first item was null; set another with --data")
	}
	if len(dead) > 0 && !s.keep {
		remarks = append(remarks, "to list, show and retry dead letters, use star run --keep, then star failed")
	}
	return remarks
}

// unfinished is how many items are still in the queues.
func unfinished(figures []display.Step) (items int) {
	for _, f := range figures {
		items += f.Waiting + f.InFlight + f.Delayed
	}
	return items
}
