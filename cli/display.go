package cli

import (
	"io"
	"sync"
	"time"

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
)

// display shows a run. Its methods may be called by several goroutines at a
// time.
type display interface {
	building(folder string)
	started(e endpoints)
	log(l local.Line)
	progress(rows []row)
	kept(e endpoints)
	// note tells of something that is neither a result nor a function's.
	note(text string)
	// end shows what came out of the run, and remarks on it; rows are nil where
	// nothing ran. It fails where that could not be written.
	end(rows []row, dead []deadGroup, remarks []string) error
	// interval is how often progress is wanted.
	interval() time.Duration
}

// display chooses how a run is shown.
func (t *terminal) display(job expand.Job, asJSON bool, i interrupts) display {
	steps := stepNames(job)
	if asJSON {
		return &jsonDisplay{encoder: newEncoder(i.output(t.stdout)), steps: steps}
	}
	results := t.results()
	results.out = i.output(t.stdout)
	if screen, ok := t.live(t.stderr); ok {
		return newLive(t, screen, i.output(screen), steps, results)
	}
	return &plain{out: &lockedWriter{w: i.output(t.stderr)}, results: results, steps: steps}
}

// stepNames maps the logical IDs of functions to what people call them.
func stepNames(job expand.Job) map[string]string {
	names := map[string]string{job.GenerateFunction: "generate"}
	for _, step := range job.Steps {
		names[step.Function] = step.Name
	}
	return names
}

// nameOf is the step of a function, or the function's own name.
func nameOf(steps map[string]string, function string) string {
	if name, ok := steps[function]; ok {
		return name
	}
	return function
}

// lockedWriter lets one writer in at a time.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
