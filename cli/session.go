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

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
)

// session is a job at work on this machine.
type session struct {
	*terminal
	template *template
	stack    *local.Stack
	first    kickOff
	display  display
	keep     bool
	// watching says to rebuild the functions when their source changes.
	watching bool
	steps    []expand.Step      // the job's, and what else feeds a function
	failures map[string]failure // the last that was told of, by step
}

// failure is the last of a function's failures, and the number of all.
type failure struct {
	number int
	text   string
}

// report tells of invocations that failed as a whole since it was last called: a
// process that ended, or ran out of time, says nothing itself.
func (s *session) report() {
	functions := s.stack.Snapshot().Functions
	for _, step := range s.steps {
		f := functions[step.Function]
		if failed := (failure{f.Errors, f.LastError}); f.LastError != "" && failed != s.failures[step.Name] {
			s.failures[step.Name] = failed
			s.display.note(step.Name + ": an invocation failed: " + f.LastError)
		}
	}
}

// run kicks the job off, waits until it is done, takes everything down and
// reports. Nothing is sent unless all functions can start.
func (s *session) run(ctx context.Context) error {
	if err := s.stack.Ready(ctx); err != nil {
		s.stack.Close()
		_ = s.display.end(nil, nil, nil)
		return s.result(together(err), nil)
	}
	s.steps = s.allSteps()
	s.control()
	var unannounced error
	if s.keep {
		var withdraw func()
		withdraw, unannounced = announce(s.stack.Endpoint())
		defer withdraw()
	}
	s.display.started(s.endpoints())
	watched := s.watch()
	unwatch, err := s.follow(ctx)
	if err != nil {
		s.display.note(err.Error())
	}
	err = s.work(ctx)
	stays := err == nil && s.keep
	if stays {
		e := s.endpoints()
		e.named = unannounced != nil
		s.display.kept(e)
		err = s.stack.Stay(ctx)
	}
	// Dead letters are read while the queues are there, figures when the last
	// process has written its last line.
	unwatch()
	watched()
	s.report()
	dead := s.deadLetters()
	s.stack.Close()
	rows := s.rows()
	for i := range rows {
		rows[i].DueIn = 0 // nothing comes back any more
	}
	if stays && errors.Is(err, errInterrupted) && left(rows) == 0 {
		err = nil // how a run that stays up should end
	}
	unwritten := s.display.end(rows, dead, s.remarks(err, rows, dead))
	return s.result(cmp.Or(err, unwritten), dead)
}

// left is how many items are still in the queues.
func left(rows []row) (items int) {
	for _, r := range rows {
		items += r.Waiting + r.InFlight + r.Delayed
	}
	return items
}

// remarks say what the figures leave open.
func (s *session) remarks(err error, rows []row, dead []deadGroup) []string {
	var remarks []string
	if n := left(rows); errors.Is(err, errInterrupted) && n > 0 {
		remarks = append(remarks, "interrupted; gone with the queues: "+count(n, "item")+" not done")
	}
	if string(s.first.data) == "null" && slices.ContainsFunc(dead, func(g deadGroup) bool { return g.Step == s.first.step.Name && g.Body == "null" }) {
		remarks = append(remarks, "the job began with the item null: --data gives it another")
	}
	if len(dead) > 0 && !s.keep {
		remarks = append(remarks, "to look into the dead-letter queues, run with --keep: then star failed lists, shows and retries")
	}
	return remarks
}

// work kicks off and drains.
func (s *session) work(ctx context.Context) error {
	if err := s.kickOff(ctx); err != nil {
		return err
	}
	return s.stack.Drain(ctx)
}

// kickOff puts the first item into its queue: through the generate function, so
// that it is tried too, or directly where the job has none. Where there is no
// job, the first item comes from elsewhere.
func (s *session) kickOff(ctx context.Context) error {
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
		return fmt.Errorf("the job was not kicked off, as its generate function failed: %w", err)
	}
	return err
}

// result is what the command ends with.
func (s *session) result(err error, dead []deadGroup) error {
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

// watch shows the figures now and then until the function that it returns is
// called.
func (s *session) watch() (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	ticker := time.NewTicker(s.display.interval())
	go func() {
		defer close(ended)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				s.report()
				s.display.progress(s.rows())
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
