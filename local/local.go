// Package local runs an expanded template locally: its queues in memory behind SQS's
// protocols, its functions as processes behind Lambda's Runtime API, and its event
// source mappings between them. It does not know jobs, so it cannot run a template
// that CloudFormation could not. [Start] is where to start reading: a template
// becomes a plan, the plan's code is built, and then everything is started.
package local

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/build"
	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/lambda"
	"github.com/serverless-star/starjob/local/mapping"
	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/local/sandbox"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Options say how a template is run.
type Options struct {
	// Region is the AWS region that the stack is in; us-east-1 by default.
	Region string
	// Dir is the template's folder: relative paths of code start there.
	Dir string
	// Parameters are the values of the template's parameters; see [Parameters].
	Parameters map[string]*cfn.Node
	// Environment overrides variables of all functions. It may hold credentials, for
	// functions that use AWS or something that takes its place.
	Environment map[string]string
	// Inherit holds the variables that functions inherit from the environment, such as
	// PATH and HOME. They see no others.
	Inherit map[string]string
	// Functions are the logical IDs of functions that must run, in addition to
	// those of enabled event source mappings.
	Functions []string
	// Concurrency bounds the processes of each function; at least 1.
	Concurrency int
	// Port is where SQS and Lambda's Invoke API are served, on 127.0.0.1; 0 for any
	// free one.
	Port int
	// Log is called with the functions' output line by line, except metrics. It may
	// be called concurrently. May be nil.
	Log func(Line)
	// Building is called with each folder before go build is run in it. May be nil.
	Building func(folder string)
	// Note is called with each difference from AWS, once. May be nil.
	Note func(text string)
	// Wrappers are the allowed values of AWS_LAMBDA_EXEC_WRAPPER. Functions that use
	// one of them run in the local node or python3.
	Wrappers map[string]Wrapper
}

// Types of other packages that describe functions and their code.
type (
	// Wrapper replaces a program in a layer that starts an interpreter.
	Wrapper = build.Wrapper
	// Source is a file or folder that functions are built from.
	Source = build.Source
	// SourceKind is which files a [Source] consists of.
	SourceKind = build.SourceKind
	// Line is a line of a function's output.
	Line = function.Line
	// FunctionError is a failure of a function: of an invocation that had a result.
	FunctionError = function.Error
	// StartError means that a function cannot be started.
	StartError = function.StartError
)

// Kinds of sources.
const (
	// File is a file itself.
	File = build.File
	// GoFiles are the Go files of a folder, without tests.
	GoFiles = build.GoFiles
	// AllFiles are the files of a folder.
	AllFiles = build.AllFiles
)

// TemplateError lists why a template cannot run locally.
type TemplateError struct {
	Problems diag.List
	// Build is why its code could not be built; may be nil.
	Build error
}

// Error returns the list as a string.
func (e *TemplateError) Error() string {
	return errors.Join(errors.New(e.Problems.Text()), e.Build).Error()
}

// Parameters returns the values of a template's parameters, and the problems of
// their overrides; see [resolve.Parameters].
func Parameters(template *cfn.Node, overrides map[string]string) (map[string]*cfn.Node, diag.List) {
	return resolve.Parameters(template, overrides)
}

// A Stack is a template that runs locally. It is made by [Start] and must
// be closed. Unless a method says otherwise, all may be called concurrently.
type Stack struct {
	region   string
	endpoint string

	plan      *plan.Plan
	builder   *build.Builder
	service   *queue.Service
	queues    map[string]*queue.Queue // by logical ID
	host      *sandbox.Host
	functions map[string]*function.Function // that run, by logical ID
	pollers   []*mapping.Poller             // of the enabled event source mappings
	activity  *function.Activity

	server *http.Server
	mux    *http.ServeMux
	api    atomic.Pointer[lambda.API] // knows no functions before all are registered
	up     atomic.Bool                // the functions are registered

	working                  context.Context // ends work in progress
	stopPolling, stopWorking context.CancelFunc
	polling                  context.Context
	pollersDone, serverDone  sync.WaitGroup
	closing                  sync.Once

	mu    sync.Mutex
	peeks map[string]int // how often messages were received only to look at them, by their IDs
}

// Start runs a template whose macros are expanded. Nothing is left behind if it
// fails. Problems of the template are a [*TemplateError].
func Start(ctx context.Context, template *cfn.Node, o Options) (*Stack, error) {
	if err := o.checkEnvironment(); err != nil {
		return nil, err
	}
	o.Region = cmp.Or(o.Region, "us-east-1")
	if o.Log == nil {
		o.Log = func(Line) {}
	}
	if o.Building == nil {
		o.Building = func(string) {}
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
	s := &Stack{
		region: o.Region, activity: function.NewActivity(), builder: build.New(build.Options{Dir: o.Dir, Inherit: o.Inherit, Wrappers: o.Wrappers, Building: o.Building}),
		peeks: map[string]int{},
	}
	s.polling, s.stopPolling = context.WithCancel(context.Background())
	s.working, s.stopWorking = context.WithCancel(context.Background())
	if err := s.start(ctx, template, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// start passes a template through the other packages, each once: plan, build,
// queue, function, lambda and mapping.
func (s *Stack) start(ctx context.Context, template *cfn.Node, o Options) error {
	if err := s.serve(o.Port); err != nil {
		return err
	}
	pl, problems := plan.New(template, planOptions(o, s.endpoint))
	s.plan = pl
	running := pl.Running()
	problems = append(problems, s.builder.FindInterpreters(ctx, running)...)
	if len(problems) > 0 {
		return &TemplateError{Problems: problems}
	}
	for _, note := range append(pl.Notes, s.builder.Notes(running)...) {
		o.Note(note)
	}
	queues, refused := createQueues(s.service, pl.Queues)
	s.queues = queues
	programs, err := s.builder.Build(ctx, running)
	switch {
	case len(refused) > 0:
		return &TemplateError{refused, err}
	case err != nil:
		return err
	}
	s.host = sandbox.NewHost(sandbox.Config{Region: o.Region, AccountID: arn.Account, Environment: processEnvironment(o, s.endpoint, s.builder.Dir())})
	if s.functions, err = registerFunctions(s.host, running, programs, s.activity, o); err != nil {
		return err
	}
	s.pollers = newPollers(pl.Mappings, s.queues, s.functions, s.activity)
	for _, p := range s.pollers {
		s.pollersDone.Go(func() { p.Run(s.polling, s.working) })
	}
	s.api.Store(lambda.New(s.working, s.region, s.plan, slices.Collect(maps.Values(s.functions)), s.activity))
	s.up.Store(true)
	return nil
}

// Kill stops polling and ends all processes at once. Close must still be called.
func (s *Stack) Kill() {
	s.stopPolling()
	s.host.Kill()
}

// Close stops polling, ends all processes, stops serving and removes the built
// programs. It returns when nothing is left.
func (s *Stack) Close() {
	s.closing.Do(s.close)
}

func (s *Stack) close() {
	s.stopPolling()
	if s.host != nil {
		s.host.Close() // fails work in progress
	}
	s.stopWorking()
	s.pollersDone.Wait()
	if s.server != nil {
		s.api.Load().Close()
		s.service.Close()
		s.server.Close()
		s.serverDone.Wait()
	}
	s.builder.Remove()
}
