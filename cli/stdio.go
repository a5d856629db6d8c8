package cli

import (
	"fmt"
	"io"

	"github.com/serverless-star/starjob/cli/display"
)

// stdio holds the standard streams and the environment variables of a command.
type stdio struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(name string) string
}

// colored reports whether to write colors to w, one of the streams.
func (s *stdio) colored(w io.Writer) bool { return display.Colored(w, s.getenv) }

// Exit statuses of [Run].
const (
	exitOK          = 0
	exitProblems    = 1   // errors, or items in a dead-letter queue
	exitInterrupted = 130 // as shells report an end by Ctrl-C
)

// exit is the error of a command that has printed all there is to say and only
// sets the exit status.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }
