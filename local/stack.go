// Package local stands up an expanded template on this machine: its queues in
// memory behind SQS's protocol, its functions as processes behind Lambda's
// Runtime API, and pollers between them. It knows queues, functions and
// mappings but no jobs, so it cannot run what CloudFormation could not.
package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/serverless-star/starjob/local/queue"
	"github.com/serverless-star/starjob/local/sandbox"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

// Options say how a template is stood up.
type Options struct {
	// Region is the AWS region that the stack takes itself for; us-east-1 by
	// default.
	Region string
	// Dir is the template's folder: relative paths of code start there.
	Dir string
	// Parameters are the values of the template's parameters; see [Parameters].
	Parameters map[string]*cfn.Node
	// Environment overrides variables of all functions. Credentials are taken
	// too, for functions that talk to AWS or to something that stands in for it.
	Environment map[string]string
	// Inherit is what functions see of this machine's environment, such as PATH
	// and HOME. Nothing else leaks in.
	Inherit map[string]string
	// Functions are the logical IDs of functions that must run here, besides
	// those of enabled mappings.
	Functions []string
	// Concurrency bounds the processes of each function; at least 1.
	Concurrency int
	// Port is where SQS and Lambda's Invoke API are served, on 127.0.0.1; 0 for any free one.
	Port int
	// Log takes the functions' output line by line, except metrics. It may be
	// called by several goroutines at a time. May be nil.
	Log func(Line)
	// Building is told each folder that go build is about to be run in. May be
	// nil.
	Building func(folder string)
	// Note is told, once each, what is otherwise here than in AWS. May be nil.
	Note func(text string)
	// Wrappers are what AWS_LAMBDA_EXEC_WRAPPER may name. Functions that name
	// one of them run in this machine's own node or python3.
	Wrappers map[string]Wrapper
}

// TemplateError lists what keeps a template from being stood up here.
type TemplateError struct {
	Problems diag.List
	// Build is why its code could not be built; may be nil.
	Build error
}

// Error is the list as text.
func (e *TemplateError) Error() string {
	return errors.Join(errors.New(e.Problems.Text()), e.Build).Error()
}

// A Stack is a template stood up on this machine: its queues behind SQS's
// protocol, its functions as processes, and pollers between them. It is made by
// [Start] and must be closed.
type Stack struct {
	folder    *folder   // holds what was built
	last      string    // the part of it that was built last, if more than once
	built     time.Time // when the last build began
	required  []string
	building  func(folder string)
	starters  *starters
	endpoint  string
	region    string
	service   *queue.Service
	server    *http.Server
	mux       *http.ServeMux
	up        atomic.Bool // the functions are there
	host      *sandbox.Host
	queues    map[string]*queue.Queue // by logical ID
	plan      *plan
	functions map[string]*function // by logical ID
	pollers   []*poller

	busy    atomic.Int64  // batches and invocations in work
	settled chan struct{} // says that one has ended
	fatal   chan error    // the first that ends the run

	working                  context.Context // ends what is in work
	stopPolling, stopWorking context.CancelFunc
	polling, serving         sync.WaitGroup
	closing                  sync.Once

	mu         sync.Mutex
	closed     bool
	looks      map[string]int // receives of messages, by their IDs, that were looks only
	background sync.WaitGroup // what nobody waits for
}

// Start stands up a template whose macros are expanded. Nothing is left behind
// when it fails. What is wrong with the template is a [*TemplateError].
func Start(ctx context.Context, template *cfn.Node, o Options) (*Stack, error) {
	if err := o.reserved(); err != nil {
		return nil, err
	}
	o.Region = cmp.Or(o.Region, defaultRegion)
	s := &Stack{
		region:    o.Region,
		required:  o.Functions,
		queues:    map[string]*queue.Queue{},
		functions: map[string]*function{},
		looks:     map[string]int{},
		settled:   make(chan struct{}, 1),
		fatal:     make(chan error, 1),
	}
	if o.Log == nil {
		o.Log = func(Line) {}
	}
	if o.Building == nil {
		o.Building = func(string) {}
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
	s.building = o.Building
	if err := s.start(ctx, template, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context, template *cfn.Node, o Options) error {
	listener, err := listen(o.Port)
	if err != nil {
		return err
	}
	s.endpoint = "http://" + listener.Addr().String()
	s.service = queue.New(queue.Config{BaseURL: s.endpoint, Region: o.Region, AccountID: account})
	s.server = &http.Server{Handler: s.handler()}
	s.serving.Go(func() { _ = s.server.Serve(listener) }) // ends with Close

	scope := newScope(template, o.Parameters, s.endpoint+"/"+account+"/")
	scope.region = o.Region
	s.plan = scope.read(o)
	scope.check(s.plan, o.Functions)
	s.starters = newStarters(o)
	scope.problems = append(scope.problems, s.starters.find(ctx, s.plan.needed(o.Functions))...)
	if len(scope.problems) > 0 {
		return &TemplateError{Problems: scope.problems}
	}
	for _, note := range scope.notes {
		o.Note(note)
	}
	s.starters.tell(s.plan.needed(o.Functions))
	s.plan.queues = ordered(s.plan.queues)
	refused := s.createQueues()
	programs, err := s.build(ctx, o)
	switch {
	case len(refused) > 0:
		return &TemplateError{refused, err}
	case err != nil:
		return err
	}
	if err := s.register(programs, o); err != nil {
		return err
	}
	s.poll(o.Concurrency)
	s.up.Store(true)
	return nil
}

func listen(port int) (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		return nil, fmt.Errorf("SQS cannot be served on port %d: %w; give another one with --port, or none for any that is free", port, err)
	}
	return listener, nil
}

// track counts a piece of work until the function that it returns is called.
func (s *Stack) track() (done func()) {
	s.busy.Add(1)
	return func() {
		s.busy.Add(-1)
		select {
		case s.settled <- struct{}{}:
		default:
		}
	}
}

// fail ends the run.
func (s *Stack) fail(err error) {
	select {
	case s.fatal <- err:
	default:
	}
}

// Kill stops polling and ends all processes at once; Close is still to be
// called.
func (s *Stack) Kill() {
	s.stopPolling()
	s.host.Kill()
}

// Close stops polling, ends all processes, stops serving and removes what was
// built. It returns when nothing is left.
func (s *Stack) Close() {
	s.closing.Do(s.close)
}

func (s *Stack) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	if s.stopPolling != nil {
		s.stopPolling()
	}
	if s.host != nil {
		s.host.Close() // fails what is in work
	}
	if s.stopWorking != nil {
		s.stopWorking()
	}
	s.polling.Wait()
	s.background.Wait()
	if s.server != nil {
		s.service.Close()
		s.server.Close()
		s.serving.Wait()
	}
	if s.folder != nil {
		s.folder.remove()
	}
}
