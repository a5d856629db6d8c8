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
	"github.com/serverless-star/starjob/local/queue"
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
			return fmt.Errorf("--env %s: Lambda sets this variable itself; to choose the region, set AWS_REGION in the environment of star run", name)
		default:
			return fmt.Errorf("--env %s: Lambda sets this variable itself", name)
		}
	}
	return nil
}

// planOptions are the options of the plan of a stack that is served at an endpoint.
func planOptions(o Options, endpoint string) plan.Options {
	return plan.Options{
		Location:   resolve.Location{Region: o.Region, QueueURL: endpoint + "/" + arn.Account + "/"},
		Parameters: o.Parameters, Dir: o.Dir, Environment: o.Environment,
		Required: o.Functions, Wrappers: slices.Collect(maps.Keys(o.Wrappers)),
	}
}

// createQueues creates queues, by their logical IDs, and returns the errors of those
// that SQS rejects.
func createQueues(service *queue.Service, queues []*plan.Queue) (map[string]*queue.Queue, diag.List) {
	all := map[string]*queue.Queue{}
	var problems diag.List
	for _, q := range queues {
		created, err := service.Create(q.Name, q.Attributes, nil)
		if err != nil {
			problems = append(problems, diag.Diagnostic{Code: diag.LocalValue, Path: q.Path.String(), Range: q.Range, Problem: "SQS rejects the queue: " + err.Error()})
			continue
		}
		all[q.ID] = created
	}
	return all, problems
}

// registerFunctions makes functions known to a host, and returns them by their
// logical IDs. No process starts yet.
func registerFunctions(host *sandbox.Host, functions []*plan.Function, programs map[plan.Code]build.Program, activity *function.Activity, o Options) (map[string]*function.Function, error) {
	all := map[string]*function.Function{}
	var problems []error
	for _, p := range functions {
		program := programs[p.Code]
		f, err := function.Register(host, function.Config{
			Plan: p, Command: program.Command, Dir: program.Dir, MaxProcesses: o.Concurrency,
			Activity: activity, Log: o.Log, Note: o.Note,
		})
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", p.Path, err))
			continue
		}
		all[p.ID] = f
	}
	return all, errors.Join(problems...)
}

// processEnvironment is what every function's process sees in addition to its own
// variables: the endpoints of the queues and of the other functions, and
// credentials if some are given.
func processEnvironment(o Options, endpoint, builtDir string) map[string]string {
	environment := map[string]string{
		"AWS_ENDPOINT_URL_SQS": endpoint,
		// A function's folder is read-only in Lambda; locally, Python would write to it.
		"PYTHONPYCACHEPREFIX": filepath.Join(builtDir, "pycache"),
	}
	if _, elsewhere := o.Environment["AWS_ENDPOINT_URL"]; !elsewhere {
		// A replacement of AWS at AWS_ENDPOINT_URL may have functions, too.
		environment["AWS_ENDPOINT_URL_LAMBDA"] = endpoint
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

// newPollers returns the pollers of the enabled event source mappings, which do not
// poll yet.
func newPollers(mappings []*plan.Mapping, queues map[string]*queue.Queue, functions map[string]*function.Function, activity *function.Activity) []*mapping.Poller {
	var pollers []*mapping.Poller
	for _, m := range mappings {
		if !m.Enabled { // its queue or function may be missing
			continue
		}
		if m.Function.ReservedConcurrency == 0 {
			continue
		}
		f := functions[m.Function.ID]
		pollers = append(pollers, mapping.New(m, queues[m.Queue.ID], f, activity, f.MaxProcesses))
	}
	return pollers
}
