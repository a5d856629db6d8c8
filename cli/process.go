package cli

import (
	"fmt"
	"io"

	"github.com/serverless-star/starjob/cli/display"
)

// stdio is what a command has of its process: the standard streams and the
// environment variables.
type stdio struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(name string) string
}

// colored reports whether to write colors to w, one of the streams.
func (s *stdio) colored(w io.Writer) bool { return display.Colored(w, s.getenv) }

// Exit codes of [Run].
const (
	exitOK          = 0
	exitProblems    = 1   // errors, or items in a dead-letter queue
	exitInterrupted = 130 // as shells report an end by Ctrl-C
)

// exit is the error of a command that has printed all there is to say and only
// sets the exit code.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }
