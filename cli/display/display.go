// Package display shows a run to a person or a program: figures, log lines, notes
// and dead letters go in, text comes out. It knows neither templates nor where the
// figures come from, and decides nothing about the run. Start reading at [Display]
// and the data it is given in model.go; live.go, lines.go and events.go are the
// three ways to show it.
package display

import (
	"context"
	"io"
	"time"
)

// A Display shows one run, from its first build to its results. Its methods may
// be called by several goroutines at a time.
type Display interface {
	// Building reports that the code in a folder is about to be built.
	Building(folder string)
	// Started reports that all functions are ready, and where to reach them.
	Started(e Endpoints)
	// Log shows a line of a function's output.
	Log(l Line)
	// Progress shows the present figures, one Step each for the steps of Started.
	Progress(steps []Step)
	// Kept reports that all queues are empty, and how to work with a run that keeps
	// running.
	Kept(e Endpoints)
	// Note shows something that is neither a result nor a function's output.
	Note(text string)
	// End shows the results and remarks on them. Steps are nil if nothing ran. It
	// fails if the results could not be written.
	End(steps []Step, dead []DeadLetters, remarks []string) error
	// Interval is how often to call Progress.
	Interval() time.Duration
}

// Options say where to show a run, and to whom.
type Options struct {
	// JSON writes one event per line to Stdout, for programs, and nothing else.
	JSON bool
	// Stdout receives the results; Stderr progress, notes and the functions' output.
	Stdout, Stderr io.Writer
	// Getenv returns environment variables; TERM and NO_COLOR are respected.
	Getenv func(name string) string
	// ReaderGone is called when the other end of Stdout or Stderr has been closed.
	ReaderGone func()
}

// New returns the display that suits o: events for a program, lines that are
// rewritten in place if Stderr is a terminal, and otherwise plain lines. Once ctx
// is done, a reader that doesn't read can no longer block the display: each output
// is abandoned after a second, and fails with the context's cause.
func New(ctx context.Context, o Options) Display {
	abandonable := func(w io.Writer) io.Writer { return &output{to: w, abandon: ctx, readerGone: o.ReaderGone} }
	if o.JSON {
		return &eventDisplay{encoder: newEncoder(abandonable(o.Stdout))}
	}
	r := newResults(o.Stdout, o.Getenv)
	r.out = abandonable(o.Stdout)
	if screen, ok := rewritable(o.Stderr, o.Getenv); ok {
		return newLive(screen, abandonable(screen), Colored(screen, o.Getenv), r)
	}
	return &lineDisplay{out: &lockedWriter{w: abandonable(o.Stderr)}, results: r}
}
