package fault

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/serverless-star/starjob/tests/functest"
)

// killPoint is a moment at which a process may be killed.
type killPoint string

var killPoints = []killPoint{"received", "working", "began", "handled", "sending", "sent", "answered", "returning", "replied"}

// occurrences is how often processes pass a kill point in a trial, roughly. The
// scenario chooses the nth time below that.
var occurrences = map[killPoint]int{
	"received": 8,  // from the queue, and not yet handed to the process
	"working":  15, // at any time during an invocation
	"began":    60, "handled": 60,
	"sending":   15, // the call does not reach SQS
	"sent":      15, // SQS has accepted the messages, and the process does not know it
	"answered":  15,
	"returning": 4, // the visibility of failed items is changed
	"replied":   8, // the reply is lost
}

// process is a process of a function, as Lambda sees it.
type process struct {
	trial    *trial
	name     string
	command  *exec.Cmd
	idle     chan struct{} // receives when the process asks for an invocation
	events   chan invocation
	exited   context.Context // done when the process has ended
	killOnce sync.Once
	killed   chan struct{} // closed when the trial kills the process
	mayExit  atomic.Bool   // a handler may end the process

	mu      sync.Mutex
	replies map[string]chan reply // by request
	active  int                   // invocations that are running, or that the process has not asked for yet
}

type invocation struct {
	id       string
	event    []byte
	deadline time.Time
}

type reply struct {
	id, kind string
	body     []byte
}

// start starts a process for the handler of a step, or for star.generate.
func (t *trial) start(handler string) (*process, error) {
	exited, exit := context.WithCancel(context.Background())
	p := &process{
		trial: t, idle: make(chan struct{}, t.scenario.concurrency), events: make(chan invocation),
		exited: exited, killed: make(chan struct{}), replies: map[string]chan reply{}, active: t.scenario.concurrency,
	}
	t.mu.Lock()
	t.lastProcess++
	p.name = "p" + strconv.Itoa(t.lastProcess)
	t.processes[p.name] = p
	t.mu.Unlock()
	p.command = t.program.command()
	p.command.Env = append(p.command.Environ(), t.environment(t.server.URL+"/"+p.name, handler)...)
	p.command.Stderr = t.logs
	if err := p.command.Start(); err != nil {
		exit()
		return nil, err
	}
	t.stats.add("processes", 1)
	go func() {
		p.command.Wait()
		exit()
	}()
	return p, nil
}

// environment returns the variables that the macro and Lambda would set.
func (t *trial) environment(base, handler string) []string {
	generate := handler == "star.generate"
	all := append(t.job.environment(base),
		"AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(base, "http://"), "AWS_ENDPOINT_URL_SQS="+base+"/sqs",
		"AWS_REGION="+functest.Region, "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret",
		"STAR_JOB=Fault", "STAR_MAX_ATTEMPTS="+strconv.Itoa(t.scenario.maxAttempts),
		"STAR_MIN_DELAY="+strconv.Itoa(t.scenario.retryDelay), "STAR_MAX_DELAY="+strconv.Itoa(t.scenario.retryDelay),
	)
	queues := ""
	for _, s := range t.job.steps() {
		q := t.queues[s.name]
		queues += " " + s.name + "=" + q.URL()
		if s.name == handler {
			deadLetters := "STAR_DEAD_LETTER_QUEUE=" + t.deadQueues[s.name].URL()
			if t.scenario.redrive {
				deadLetters = "STAR_REDRIVE=true"
			}
			all = append(all, "STAR_STEP="+s.name, "STAR_QUEUE="+q.URL(), deadLetters, "STAR_IGNORE_ERRORS="+strconv.FormatBool(s.ignoreErrors))
		}
	}
	if !generate {
		handler = t.program.handler(t.scenario.seed, handler)
		all = append(all, "AWS_LAMBDA_MAX_CONCURRENCY="+strconv.Itoa(t.scenario.concurrency))
	}
	return append(all, "STAR_HANDLER="+handler, "STAR_QUEUES="+queues)
}

// kill ends the process, and returns when it has ended.
func (p *process) kill() {
	p.killOnce.Do(func() {
		close(p.killed)
		p.command.Process.Kill()
	})
	<-p.exited.Done()
}

// killDue reports whether the scenario kills the process now.
func (p *process) killDue(m killPoint) bool {
	nth, ok := p.trial.scenario.kills[m]
	if !ok || p.trial.count(string(m)) != nth {
		return false
	}
	p.trial.stats.add("killed when "+string(m), 1)
	return true
}

// killIfDue kills the process if the scenario kills it now.
func (p *process) killIfDue(m killPoint) (killed bool) {
	if killed = p.killDue(m); killed {
		p.kill()
	}
	return killed
}

// excuseOthers notes that a handler is about to behave in a way that makes the other
// handlers of its process fail.
func (p *process) excuseOthers(b behavior) {
	until := map[behavior]time.Duration{quits: timeout, deaf: 3 * timeout, blocks: 3 * timeout}[b]
	if b == quits {
		p.mayExit.Store(true)
	} else if !p.trial.program.hosted || p.trial.scenario.concurrency == 1 {
		return // each handler has its own goroutine, or ends before the next one begins
	}
	if p.trial.scenario.concurrency == 1 {
		until = 0
	}
	if until > 0 || b == quits {
		p.trial.ledger.excuse(p, until)
	}
}

// freezeIfIdle freezes the process if no invocation is running, as Lambda does. Its
// unfinished work continues in the middle of the next invocation. thawIfFrozen is
// called before that.
func (p *process) freezeIfIdle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.active--; p.active == 0 {
		p.freeze()
	}
}

func (p *process) thawIfFrozen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.active == 0 {
		p.thaw()
	}
	p.active++
}

// invoke hands an event to the process and returns its reply. There is none if the
// process ends, or does not reply within the function's timeout, when it is killed.
func (p *process) invoke(id string, event []byte) (reply, bool) {
	i := invocation{id, event, time.Now().Add(timeout)}
	over := time.NewTimer(timeout)
	defer over.Stop()
	replied := make(chan reply, 1)
	p.mu.Lock()
	p.replies[id] = replied
	p.mu.Unlock()
	select {
	case p.events <- i:
	case <-p.exited.Done():
		return reply{}, false
	}
	select {
	case r := <-replied:
		return r, true
	case <-p.exited.Done():
	case <-over.C:
		p.trial.stats.add("overtime", 1)
		p.kill()
	}
	return reply{}, false
}

// runtimeAPI hands out events and accepts replies. path begins after
// /2018-06-01/runtime.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (p *process) runtimeAPI(w http.ResponseWriter, r *http.Request, path []string) {
	if path[0] == "invocation" && path[1] == "next" {
		p.idle <- struct{}{}
		select {
		case i := <-p.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
			w.Write(i.event)
		case <-p.exited.Done():
		}
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || path[0] == "invocation" && p.killIfDue("replied") {
		return
	}
	id, kind := path[1], path[len(path)-1]
	p.mu.Lock()
	replied := p.replies[id]
	delete(p.replies, id)
	p.mu.Unlock()
	if replied == nil {
		p.trial.ledger.violate("the process %s posted %s for %s, which is not one of its invocations: %s", p.name, kind, id, body)
		return
	}
	replied <- reply{id, kind, body}
	w.WriteHeader(http.StatusAccepted)
}

// logs keeps the end of the output of processes, to show it with violations.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text.Len() > 4<<10 {
		l.text.Next(l.text.Len() / 2)
	}
	return l.text.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprintf("…%s", l.text.String())
}
