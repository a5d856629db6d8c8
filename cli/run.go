package cli

import (
	"cmp"
	"context"
	"errors"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/serverless-star/starjob/cli/display"
	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/expand"
)

// runFlags are the flags of star run.
type runFlags struct {
	job, step, data   string
	keep, watch, json bool
	overrides, env    assignments
	concurrency, port int
}

func newRun(std *stdio) *cobra.Command {
	flags := runFlags{overrides: assignments{parse: parseOverrides}, env: assignments{parse: parseVariable}}
	c := &cobra.Command{
		Use:   "run [TEMPLATE]",
		Short: "Run a job locally until its queues are empty",
		Long: `Run a job locally until its queues are empty.

The command expands the template, builds its functions, and creates its queues
and event source mappings. It starts the job through its generate function.
Press Ctrl-C to stop early; the items that are still in the queues are lost.

Exit status:
  0    all items are done
  1    errors, or items in a dead-letter queue
  130  interrupted`,
		Example: `  star run samples/etl
  star run samples/replay --parameter-overrides 'Bucket=events Stream=again' \
    --step execute --data @item.json
  star run --keep`,
		Args: arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			flags.keep = flags.keep || flags.watch
			t, first, err := prepareRun(std, args, flags)
			if err != nil {
				return err
			}
			return runTemplate(c.Context(), std, t, first, flags)
		},
	}
	f := c.Flags()
	f.StringVar(&flags.step, "step", "", "start with `STEP` (default: DefaultStep,\nor the first step)")
	f.StringVar(&flags.data, "data", "", "data of the first item: `JSON`, @FILE,\nor - for standard input (default: null)")
	f.StringVar(&flags.job, "job", "", "run the job with this logical `ID`,\nif there are several")
	f.BoolVar(&flags.keep, "keep", false, "keep running when all is done,\nand print the endpoints")
	f.BoolVar(&flags.watch, "watch", false, "keep running, and rebuild functions\nwhen their source changes")
	f.BoolVar(&flags.json, "json", false, "print one JSON event per line")
	f.Var(&flags.env, "env", "set a variable of all functions")
	f.IntVar(&flags.concurrency, "concurrency", defaultConcurrency(), "run at most `N` processes\nof each function")
	f.IntVar(&flags.port, "port", 0, "serve SQS on `PORT`\n(default: any free port)")
	addOverrides(c, &flags.overrides)
	return c
}

// defaultConcurrency keeps all processors busy. Items of a batch run
// concurrently within a process, so more processes would only wait.
func defaultConcurrency() int { return max(2, runtime.NumCPU()) }

// prepareRun reports all errors that can be found before anything starts.
func prepareRun(std *stdio, args []string, flags runFlags) (t *template, first firstItem, err error) {
	if flags.concurrency < 1 {
		return nil, first, errors.New("--concurrency must be at least 1")
	}
	if flags.data == "-" && len(args) > 0 && args[0] == "-" {
		return nil, first, errors.New("cannot read both the template and --data from standard input; use --data @FILE")
	}
	if t, err = loadTemplate(std, args, flags.overrides.values); err != nil {
		return nil, first, err
	}
	if err := t.requireValid(std); err != nil {
		return nil, first, err
	}
	if len(t.expanded.Jobs) == 0 && flags.keep && flags.job == "" && flags.step == "" {
		return t, first, nil
	}
	if first.job, err = findJob(t, flags.job); err != nil {
		return nil, first, err
	}
	if first.step, err = findStep(first.job, flags.step); err != nil {
		return nil, first, err
	}
	first.data, err = readData(std, flags.data, "--data")
	return t, first, err
}

// runTemplate starts the template's resources, runs a session, and stops the
// resources.
func runTemplate(ctx context.Context, std *stdio, t *template, first firstItem, flags runFlags) error {
	i := catchInterrupts(ctx)
	defer i.stop()
	d := display.New(i.hard, display.Options{JSON: flags.json, Stdout: std.out, Stderr: std.err, Getenv: std.getenv, ReaderGone: i.interrupt})
	stack, err := local.Start(i.soft, t.expanded.Template, localOptions(std, t, first.job, flags, d))
	if err != nil {
		_ = d.End(nil, nil, nil)
		return startError(i.soft, std, t, err)
	}
	s := &session{stack: stack, template: t, first: first, display: d, keep: flags.keep, watch: flags.watch, failures: map[string]failure{}}
	context.AfterFunc(i.hard, stack.Kill)
	err = s.run(i.soft)
	if i.hard.Err() != nil {
		return exit(exitInterrupted) // whatever else there is to say, nobody may be reading
	}
	return err
}

// startError is the command's error after local.Start has failed.
func startError(ctx context.Context, std *stdio, t *template, err error) error {
	var invalid *local.TemplateError
	switch {
	case errors.As(err, &invalid):
		return cmp.Or(invalid.Build, t.reject(std, invalid.Problems))
	case ctx.Err() != nil: // go build gets the same signal, and may have failed first
		return exit(exitInterrupted)
	}
	return err
}

func localOptions(std *stdio, t *template, job expand.Job, flags runFlags, d display.Display) local.Options {
	names := functionNames(job)
	return local.Options{
		Region:      cmp.Or(std.getenv("AWS_REGION"), std.getenv("AWS_DEFAULT_REGION")),
		Dir:         t.dir,
		Parameters:  t.parameters,
		Environment: flags.env.values,
		Inherit:     inheritedVariables(std),
		Functions:   requiredFunctions(job),
		Concurrency: flags.concurrency,
		Port:        flags.port,
		Log: func(l local.Line) {
			d.Log(display.Line{Step: functionName(names, l.Function), Stderr: l.Stderr, Text: l.Text})
		},
		Building: d.Building,
		Note:     d.Note,
		Wrappers: wrappers,
	}
}

// requiredFunctions returns the logical IDs of a job's functions: unlike others, they
// must all run locally.
func requiredFunctions(job expand.Job) []string {
	var ids []string
	if job.GenerateFunction != "" {
		ids = append(ids, job.GenerateFunction)
	}
	for _, step := range job.Steps {
		ids = append(ids, step.Function)
	}
	return ids
}

// inheritedVariables are the variables that functions inherit from the environment:
// where programs, files and certificates are, but no credentials.
func inheritedVariables(std *stdio) map[string]string {
	inherited := map[string]string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE", "GOROOT", "GOPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "LANG"} {
		if value := std.getenv(name); value != "" {
			inherited[name] = value
		}
	}
	return inherited
}
