// Package cli is the command star. It expands and checks templates with Star::Job
// resources, and runs them locally. Each subcommand has a file with its name. Shared
// code is in template.go (reading and expanding), job.go (choosing job, step and
// data), overrides.go (KEY=VALUE flags), runserver.go and findrun.go (how commands talk
// to a run that keeps running). Start reading at [Run], and for star run at run.go
// and session.go. Package display decides how a run is shown, package diff how an
// update is described, and macro/expand everything about templates.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/runtime/dispatch"
)

// Run runs the command with the given arguments, without the program's name,
// and returns its exit status: 0 for success, 1 for errors or dead letters, 130
// after SIGINT, SIGTERM or SIGHUP, or if the reader of its output is gone.
// Results go to stdout; errors, progress and the output of functions to stderr.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env func(string) string) int {
	if len(args) > 0 && args[0] == dispatchCommand {
		return dispatch.Run(args[1:]) // before all else, as it is part of a cold start
	}
	root := newRoot(&stdio{in: stdin, out: stdout, err: stderr, getenv: env})
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
	fmt.Fprintln(stderr, "star:", err) // the only place that prints errors
	return exitProblems
}

func newRoot(std *stdio) *cobra.Command {
	root := &cobra.Command{
		Use:   "star",
		Short: "Distributed jobs from one CloudFormation resource",
		Long: `Run, check and expand CloudFormation templates with Star::Job resources.

TEMPLATE is a file, a folder with template.yaml, template.yml or template.json,
or - for standard input. The default is the current folder.`,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(flagError)
	root.SetVersionTemplate("star {{.Version}}\n")
	root.SetHelpCommand(newHelp(root))
	root.AddCommand(newRun(std), newSend(std), newFailed(std), newCheck(std), newExpand(std), newGraph(std), newSchema(std), newVersion(std))
	return root
}
