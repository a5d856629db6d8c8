package local

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/build"
	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/mapping"
	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/local/resolve"
	"github.com/serverless-star/starjob/local/sandbox"
	"github.com/serverless-star/starjob/macro/diag"
)

// checkEnvironment refuses variables that Lambda sets itself, before each function
// refuses them.
func (o Options) checkEnvironment() error {
	for _, name := range slices.Sorted(maps.Keys(o.Environment)) {
		switch {
		case !sandbox.Reserved(name) || plan.IsCredential(name):
		case strings.HasSuffix(name, "_REGION"):
			return fmt.Errorf("--env %s: Lambda sets it itself, and here to your terminal's AWS_REGION: set that before star run", name)
		default:
			return fmt.Errorf("--env %s: Lambda sets it itself, to what it is here", name)
		}
	}
	return nil
}

func (s *Stack) planOptions(o Options) plan.Options {
	return plan.Options{
		Location:   resolve.Location{Region: o.Region, QueueURL: s.endpoint + "/" + arn.Account + "/"},
		Parameters: o.Parameters, Dir: o.Dir, Environment: o.Environment,
		Required: o.Functions, Wrappers: slices.Collect(maps.Keys(o.Wrappers)),
	}
}

// createQueues returns everything that SQS refuses about the queues.
func (s *Stack) createQueues() diag.List {
	var problems diag.List
	for _, q := range s.plan.Queues {
		created, err := s.service.Create(q.Name, q.Attributes, nil)
		if err != nil {
			problems = append(problems, diag.Diagnostic{Code: diag.LocalValue, Path: q.Path.String(), Range: q.Range, Problem: "SQS refuses the queue: " + err.Error()})
			continue
		}
		s.queues[q.ID] = created
	}
	return problems
}

// registerFunctions makes the functions known to a host. No process starts yet.
func (s *Stack) registerFunctions(programs map[plan.Code]build.Program, o Options) error {
	s.host = sandbox.NewHost(sandbox.Config{
		Region: o.Region, AccountID: arn.Account, Environment: s.processEnvironment(o),
	})
	var problems []error
	for _, p := range s.plan.Running() {
		program := programs[p.Code]
		f, err := function.Register(s.host, function.Config{
			Plan: p, Command: program.Command, Dir: program.Dir, MaxProcesses: o.Concurrency,
			Activity: s.activity, Log: o.Log, Note: o.Note,
		})
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", p.Path, err))
			continue
		}
		s.functions[p.ID] = f
	}
	return errors.Join(problems...)
}

// processEnvironment is what every function's process sees in addition to its own
// variables: the endpoints of the queues and of the other functions, and
// credentials if some are given.
func (s *Stack) processEnvironment(o Options) map[string]string {
	environment := map[string]string{
		"AWS_ENDPOINT_URL_SQS": s.endpoint,
		// A function's folder is read-only in Lambda; here Python would write to it.
		"PYTHONPYCACHEPREFIX": filepath.Join(s.builder.Dir(), "pycache"),
	}
	if _, elsewhere := o.Environment["AWS_ENDPOINT_URL"]; !elsewhere {
		// Something else that takes the place of AWS may have functions, too.
		environment["AWS_ENDPOINT_URL_LAMBDA"] = s.endpoint
	}
	maps.Copy(environment, o.Inherit)
	if o.Environment["AWS_ACCESS_KEY_ID"] != "" {
		environment["AWS_SESSION_TOKEN"] = "" // the dummy belongs to other keys
	}
	for name, value := range o.Environment {
		if plan.IsCredential(name) {
			environment[name] = value
		}
	}
	return environment
}

// startPollers starts the pollers of the enabled event source mappings.
func (s *Stack) startPollers() {
	for _, m := range s.plan.Mappings {
		if !m.Enabled { // its queue or function may be missing
			continue
		}
		f := s.functions[m.Function.ID]
		if m.Function.ReservedConcurrency == 0 {
			continue
		}
		p := mapping.New(m, s.queues[m.Queue.ID], f, s.activity, f.MaxProcesses)
		s.pollers = append(s.pollers, p)
		s.pollersDone.Go(func() { p.Run(s.polling, s.working) })
	}
}
