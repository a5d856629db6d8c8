package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/serverless-star/starjob/local/sandbox"
	"github.com/serverless-star/starjob/macro/diag"
)

func (s *Stack) build(ctx context.Context, o Options) (map[code]program, error) {
	made, err := makeFolder()
	if err != nil {
		return nil, err
	}
	s.folder, s.built = made, time.Now()
	s.starters.dir = made.path
	b := s.builder(made.path)
	return b.programs, b.build(ctx, s.plan.needed(o.Functions))
}

func (s *Stack) builder(dir string) *builder {
	return &builder{dir: dir, notify: s.building, starters: s.starters, programs: map[code]program{}}
}

// createQueues returns everything that SQS refuses about the queues.
func (s *Stack) createQueues() diag.List {
	var problems diag.List
	for _, q := range s.plan.queues {
		created, err := s.service.Create(q.name, q.attributes, nil)
		if err != nil {
			problems = append(problems, diag.Diagnostic{Code: diag.LocalValue, Path: q.path.String(), Range: q.at, Problem: "SQS refuses the queue: " + err.Error()})
			continue
		}
		s.queues[q.id] = created
	}
	return problems
}

// register makes the functions known to the host; no process starts yet.
func (s *Stack) register(programs map[code]program, o Options) error {
	s.host = sandbox.NewHost(sandbox.Config{
		Region: o.Region, AccountID: account, Environment: s.surroundings(o),
	})
	var problems []error
	for _, plan := range s.plan.needed(o.Functions) {
		f := &function{functionPlan: plan, fatal: s.fail, show: o.Log, note: o.Note, patience: plan.patience(o.Concurrency)}
		made := programs[plan.code]
		runner, err := s.host.Register(sandbox.Function{
			Name: plan.name, Command: made.command, Dir: made.dir, Handler: plan.handler, Runtime: plan.code.managed(),
			Env: plan.environment, Timeout: plan.timeout, MemorySize: plan.memory,
			Concurrency: plan.processes(o.Concurrency), Log: f.log(o.Log),
		})
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", plan.path, err))
			continue
		}
		f.runner = runner
		s.functions[plan.id] = f
	}
	return errors.Join(problems...)
}

// surroundings is what every function's process sees besides its own
// variables: the way to the queues and to the other functions, and credentials
// where some are given.
func (s *Stack) surroundings(o Options) map[string]string {
	environment := map[string]string{
		"AWS_ENDPOINT_URL_SQS": s.endpoint,
		// A function's folder cannot be written to in Lambda; here Python would.
		"PYTHONPYCACHEPREFIX": filepath.Join(s.folder.path, "pycache"),
	}
	if _, elsewhere := o.Environment["AWS_ENDPOINT_URL"]; !elsewhere {
		// Whoever names a stand-in for AWS may have functions there.
		environment["AWS_ENDPOINT_URL_LAMBDA"] = s.endpoint
	}
	maps.Copy(environment, o.Inherit)
	if o.Environment["AWS_ACCESS_KEY_ID"] != "" {
		environment["AWS_SESSION_TOKEN"] = "" // the stand-in belongs to other keys
	}
	for _, name := range credentials {
		if value, ok := o.Environment[name]; ok {
			environment[name] = value
		}
	}
	return environment
}

// credentials are what Lambda sets itself, and refuses in a function's own
// environment. Here it is the only way to give some to a function.
var credentials = [...]string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}

// reserved refuses variables that are Lambda's own to set, before each function
// does.
func (o Options) reserved() error {
	for _, name := range slices.Sorted(maps.Keys(o.Environment)) {
		switch {
		case !sandbox.Reserved(name) || slices.Contains(credentials[:], name):
		case strings.HasSuffix(name, "_REGION"):
			return fmt.Errorf("--env %s: Lambda sets it itself, and here to your terminal's AWS_REGION: set that before star run", name)
		default:
			return fmt.Errorf("--env %s: Lambda sets it itself, to what it is here", name)
		}
	}
	return nil
}

// processes is how many of a function run at a time.
func (f *functionPlan) processes(most int) int {
	if f.reserved > 0 {
		return min(f.reserved, most)
	}
	return most
}

// aMoment is what a process that has answered has to ask for the next event.
const aMoment = 200 * time.Millisecond

// patience is how long a synchronous invocation waits for a process. Lambda
// refuses at once what is over the reserved concurrency. Here it waits if this
// machine runs fewer processes than that.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
func (f *functionPlan) patience(most int) time.Duration {
	if f.reserved > 0 && f.reserved <= most {
		return aMoment
	}
	return 0
}

// poll starts the pollers of the enabled mappings.
func (s *Stack) poll(most int) {
	polling, stopPolling := context.WithCancel(context.Background())
	working, stopWorking := context.WithCancel(context.Background())
	s.working, s.stopPolling, s.stopWorking = working, stopPolling, stopWorking
	for _, m := range s.plan.mappings {
		if !m.enabled { // and may lead nowhere
			continue
		}
		f := s.functions[s.plan.function(m.functionName).id]
		if f.reserved == 0 {
			continue
		}
		slots := f.processes(most)
		if m.concurrency > 0 {
			slots = min(slots, m.concurrency)
		}
		q := s.plan.queue(nameOfARN(m.queueARN))
		p := &poller{
			mappingPlan: m, queue: s.queues[q.id], invoke: f.invoke, slots: make(chan struct{}, slots),
			busy: s.track, crashed: f.crashed, visibility: q.visibility(), function: markOf(f.name), guarded: !f.loops,
		}
		s.pollers = append(s.pollers, p)
		s.polling.Go(func() { p.run(polling, working) })
	}
}
