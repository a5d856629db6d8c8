package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// starRun is a running star run --keep with the benchmarks' job.
type starRun struct {
	process *exec.Cmd
	events  *bufio.Scanner
}

// runTemplate is the template of the job. It has a batching window if Lambda requires
// one.
const runTemplate = `Transform: [StarJob, AWS::Serverless-2016-10-31]
Resources:
  Code:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ., Handler: bootstrap, Runtime: provided.al2023}
  Bench:
    Type: Star::Job
    Properties:
      Function: !Ref Code
      Steps:
        plan: {Function: {Timeout: 600}}
        work: {EventSource: {BatchSize: %d, MaximumBatchingWindowInSeconds: %d}}
`

// startRun starts a run that generates items. It is kicked off at once.
func (p programs) startRun(items, batch int) (*starRun, error) {
	dir := p.path("run")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Link(p.path("job"), filepath.Join(dir, "bootstrap")); err != nil && !os.IsExist(err) {
		return nil, err
	}
	template := filepath.Join(dir, "template.yaml")
	if err := os.WriteFile(template, fmt.Appendf(nil, runTemplate, batch, min(1, batch/11)), 0o600); err != nil {
		return nil, err
	}
	r := &starRun{process: exec.Command(p.path("star"), "run", "--json", "--keep", "--data", strconv.Itoa(items), template)}
	r.process.Stderr = os.Stderr
	out, err := r.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.events = bufio.NewScanner(out)
	return r, r.process.Start()
}

// until reads events up to one of a kind.
func (r *starRun) until(kind string) error {
	for r.events.Scan() {
		var e struct{ Event string }
		if err := json.Unmarshal(r.events.Bytes(), &e); err != nil {
			return err
		}
		if e.Event == kind {
			return nil
		}
	}
	return fmt.Errorf("star run has ended before it is %s: %v", kind, r.events.Err())
}

// drained waits until all is done, and returns how long that took from the
// kick-off.
func (r *starRun) drained() (time.Duration, error) {
	if err := r.until("started"); err != nil {
		return 0, err
	}
	began := time.Now()
	err := r.until("kept")
	return time.Since(began), err
}

// stop interrupts the run and waits for its end.
func (r *starRun) stop() error {
	go func() {
		for r.events.Scan() {
		}
	}()
	if err := r.process.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return r.process.Wait()
}
