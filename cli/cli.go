// Package cli is the command star: it expands and checks templates with
// Star::Job resources, and runs them on this machine.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/runtime/dispatch"
)

// Exit codes of [Run].
const (
	exitOK          = 0
	exitProblems    = 1   // errors, or items in a dead-letter queue
	exitInterrupted = 130 // as shells report an end by Ctrl-C
)

// Run runs the command with the given arguments, without the program's name,
// and returns its exit code: 0 for success, 1 for errors or dead letters, 130
// after SIGINT, SIGTERM or SIGHUP, or where nobody reads any more what it
// writes. Results go to stdout; errors, progress and the output of functions to
// stderr.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) string) int {
	if len(args) > 0 && args[0] == dispatchCommand {
		return dispatch.Run(args[1:]) // before all else, as it is part of a cold start
	}
	t := &terminal{stdin: stdin, stdout: stdout, stderr: stderr, env: env}
	root := newRoot(t)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var code exit
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintln(stderr, "star:", err)
	return exitProblems
}

// exit is the error of a command that has said all there is to say.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func newRoot(t *terminal) *cobra.Command {
	root := &cobra.Command{
		Use:           "star",
		Short:         "Distributed jobs from one CloudFormation resource",
		Long:          "star expands, checks and runs CloudFormation templates with Star::Job resources.\nTEMPLATE is a file, a folder that holds template.yaml, template.yml or\ntemplate.json, or - for standard input; by default the current folder.",
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(badFlag)
	root.SetVersionTemplate("star {{.Version}}\n")
	root.SetHelpCommand(newHelp(root))
	root.AddCommand(newRun(t), newSend(t), newFailed(t), newCheck(t), newExpand(t), newGraph(t), newSchema(t), newVersion(t))
	return root
}
