package cli

import (
	"cmp"
	"context"
	"errors"
	"runtime"

	"github.com/spf13/cobra"

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

func newRun(t *terminal) *cobra.Command {
	flags := runFlags{overrides: assignments{parse: parseOverrides}, env: assignments{parse: parseEnvironment}}
	c := &cobra.Command{
		Use:   "run [TEMPLATE]",
		Short: "Run a job on this machine until all its queues are empty",
		Long: `run expands the template, builds its functions, stands up its queues and
mappings, kicks the job off through its generate function, and ends when all
queues are empty: with 0, or with 1 if anything went to a dead-letter queue.

Ctrl-C ends it early, with 130; what is in the queues then is gone.`,
		Example: `  star run samples/etl
  star run samples/replay --parameter-overrides 'Bucket=events Stream=again' --step execute --data @item.json
  star run --keep`,
		Args: arguments(0, 1),
		RunE: func(c *cobra.Command, args []string) error { return t.run(c.Context(), args, flags) },
	}
	f := c.Flags()
	f.StringVar(&flags.step, "step", "", "`STEP` to kick off (default: the job's DefaultStep, or its first)")
	f.StringVar(&flags.data, "data", "", "the first item's data: `JSON`, @FILE or - for standard input (default null)")
	f.StringVar(&flags.job, "job", "", "logical `ID` of the job, where the template has several")
	f.BoolVar(&flags.keep, "keep", false, "stay up when all is done, and print the endpoints")
	f.BoolVar(&flags.watch, "watch", false, "stay up, and rebuild and restart the functions when their source changes")
	f.BoolVar(&flags.json, "json", false, "print one event per line for programs")
	f.Var(&flags.env, "env", "a variable for all functions, in place of the template's")
	f.IntVar(&flags.concurrency, "concurrency", defaultConcurrency(), "at most `N` processes of each function at a time")
	f.IntVar(&flags.port, "port", 0, "`PORT` that SQS is served on (default: any that is free)")
	addOverrides(c, &flags.overrides)
	return c
}

// defaultConcurrency keeps all processors busy. Items of a batch run
// concurrently within a process, so more processes would only wait.
func defaultConcurrency() int { return max(2, runtime.NumCPU()) }

// kickOff is the item that a job begins with.
type kickOff struct {
	job  expand.Job
	step expand.Step
	data []byte
}

// run prepares everything that can be wrong before anything starts.
func (t *terminal) run(ctx context.Context, args []string, flags runFlags) error {
	if flags.concurrency < 1 {
		return errors.New("--concurrency must be at least 1")
	}
	if flags.data == "-" && len(args) > 0 && args[0] == "-" {
		return errors.New("the template and --data cannot both come from standard input: name a file for one of them, as in --data @FILE")
	}
	flags.keep = flags.keep || flags.watch
	l, err := t.load(args, flags.overrides.values)
	if err != nil {
		return err
	}
	if err := l.usable(t); err != nil {
		return err
	}
	var first kickOff
	if len(l.expanded.Jobs) == 0 && flags.keep && flags.job == "" && flags.step == "" {
		return t.stand(ctx, l, first, flags) // other programs will send
	}
	if first.job, err = l.job(flags.job); err != nil {
		return err
	}
	if first.step, err = stepOf(first.job, flags.step); err != nil {
		return err
	}
	if first.data, err = t.data(flags.data, "--data"); err != nil {
		return err
	}
	return t.stand(ctx, l, first, flags)
}

// stand stands the template up, runs it, and takes it down again.
func (t *terminal) stand(ctx context.Context, l *template, first kickOff, flags runFlags) error {
	i := interruptible(ctx)
	defer i.stop()
	d := t.display(first.job, flags.json, i)
	stack, err := local.Start(i.soft, l.expanded.Template, t.options(l, first.job, flags, d))
	var refused *local.TemplateError
	switch {
	case errors.As(err, &refused):
		_ = d.end(nil, nil, nil)
		return cmp.Or(refused.Build, l.refuse(t, refused.Problems))
	case i.soft.Err() != nil: // go build may have heard of it first, and failed
		_ = d.end(nil, nil, nil)
		return exit(exitInterrupted)
	case err != nil:
		_ = d.end(nil, nil, nil)
		return err
	}
	r := &session{terminal: t, template: l, stack: stack, first: first, display: d, keep: flags.keep, watching: flags.watch, failures: map[string]failure{}}
	context.AfterFunc(i.hard, stack.Kill)
	err = r.run(i.soft)
	if i.hard.Err() != nil {
		return exit(exitInterrupted) // whatever else there is to say, nobody may read it
	}
	return err
}

func (t *terminal) options(l *template, job expand.Job, flags runFlags, d display) local.Options {
	return local.Options{
		Region:      cmp.Or(t.env("AWS_REGION"), t.env("AWS_DEFAULT_REGION")),
		Dir:         l.dir,
		Parameters:  l.parameters,
		Environment: flags.env.values,
		Inherit:     t.inherited(),
		Functions:   functionsOf(job),
		Concurrency: flags.concurrency,
		Port:        flags.port,
		Log:         d.log,
		Building:    d.building,
		Note:        d.note,
		Wrappers:    wrappers,
	}
}

// functionsOf are a job's functions, which must all run here.
func functionsOf(job expand.Job) []string {
	var ids []string
	if job.GenerateFunction != "" {
		ids = append(ids, job.GenerateFunction)
	}
	for _, step := range job.Steps {
		ids = append(ids, step.Function)
	}
	return ids
}

// inherited is what functions see of this machine: where programs, files and
// certificates are, and no credentials.
func (t *terminal) inherited() map[string]string {
	inherited := map[string]string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE", "GOROOT", "GOPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "LANG"} {
		if value := t.env(name); value != "" {
			inherited[name] = value
		}
	}
	return inherited
}
