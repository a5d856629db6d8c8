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
)

// moment is when a process may be killed.
type moment string

var moments = []moment{"received", "working", "began", "handled", "sending", "sent", "answered", "returning", "replied"}

// usual is how often a moment comes about in a world, roughly.
var usual = map[moment]int{
	"received": 8,  // from the queue, and not handed to the process
	"working":  15, // in the midst of whatever it does
	"began":    60, "handled": 60,
	"sending":   15, // SQS was called, and never got it
	"sent":      15, // SQS has taken it, and the process does not know
	"answered":  15,
	"returning": 4, // failed items are given back
	"replied":   8, // all is done, and the reply is lost
}

// process is a function's process, with the host's side of it.
type process struct {
	w       *world
	name    string
	command *exec.Cmd
	idle    chan struct{} // it asks for work
	events  chan invocation
	gone    context.Context // ends when it has ended
	once    sync.Once
	killed  chan struct{} // closed when the host wants it dead
	quits   atomic.Bool   // a handler may end it

	mu      sync.Mutex
	replies map[string]chan reply // by request
	awake   int                   // invocations that are under way, or not asked for
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

// start starts a process for a step, or for star.generate.
func (w *world) start(handler string) (*process, error) {
	gone, ended := context.WithCancel(context.Background())
	p := &process{
		w: w, idle: make(chan struct{}, w.concurrency), events: make(chan invocation),
		gone: gone, killed: make(chan struct{}), replies: map[string]chan reply{}, awake: w.concurrency,
	}
	w.mu.Lock()
	w.serial++
	p.name = "p" + strconv.Itoa(w.serial)
	w.processes[p.name] = p
	w.mu.Unlock()
	p.command = w.program.command()
	p.command.Env = append(p.command.Environ(), w.environment(w.server.URL+"/"+p.name, handler)...)
	p.command.Stderr = w.logs
	if err := p.command.Start(); err != nil {
		ended()
		return nil, err
	}
	w.stats.add("processes", 1)
	go func() {
		p.command.Wait()
		ended()
	}()
	return p, nil
}

// environment is what the macro and Lambda would set.
func (w *world) environment(base, handler string) []string {
	generate := handler == "star.generate"
	all := append(w.job.environment(base),
		"AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(base, "http://"), "AWS_ENDPOINT_URL_SQS="+base+"/sqs",
		"AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret",
		"STAR_JOB=Fault", "STAR_MAX_ATTEMPTS="+strconv.Itoa(w.maxAttempts),
		"STAR_MIN_DELAY="+strconv.Itoa(w.retryDelay), "STAR_MAX_DELAY="+strconv.Itoa(w.retryDelay),
	)
	queues := ""
	for _, s := range w.job.steps() {
		q := w.queues[s.name]
		queues += " " + s.name + "=" + q.URL()
		if s.name == handler {
			letters := "STAR_DEAD_LETTER_QUEUE=" + w.dead[s.name].URL()
			if w.redrive {
				letters = "STAR_REDRIVE=true"
			}
			all = append(all, "STAR_STEP="+s.name, "STAR_QUEUE="+q.URL(), letters, "STAR_IGNORE_ERRORS="+strconv.FormatBool(s.ignoreErrors))
		}
	}
	if !generate {
		handler = w.program.handler(w.seed, handler)
		all = append(all, "AWS_LAMBDA_MAX_CONCURRENCY="+strconv.Itoa(w.concurrency))
	}
	return append(all, "STAR_HANDLER="+handler, "STAR_QUEUES="+queues)
}

// kill ends the process, and returns when it has ended.
func (p *process) kill() {
	p.once.Do(func() {
		close(p.killed)
		p.command.Process.Kill()
	})
	<-p.gone.Done()
}

// due tells whether the plan wants the process dead at this moment.
func (p *process) due(m moment) bool {
	nth, ok := p.w.kills[m]
	if !ok || p.w.count(string(m)) != nth {
		return false
	}
	p.w.stats.add("killed when "+string(m), 1)
	return true
}

// pass kills the process if it is due.
func (p *process) pass(m moment) (dies bool) {
	if dies = p.due(m); dies {
		p.kill()
	}
	return dies
}

// spoil takes note that a handler is about to do what other handlers in its
// process cannot but suffer from.
func (p *process) spoil(m manner) {
	hold := map[manner]time.Duration{quits: timeout, deaf: 3 * timeout, blocks: 3 * timeout}[m]
	if m == quits {
		p.quits.Store(true)
	} else if !p.w.program.hosted || p.w.concurrency == 1 {
		return // each in a goroutine of its own, or over before the next begins
	}
	if p.w.concurrency == 1 {
		hold = 0
	}
	if hold > 0 || m == quits {
		p.w.ledger.spoil(p, hold)
	}
}

// rest freezes the process if no invocation is under way, as Lambda does: what it
// left undone goes on in the midst of the next one. wake lets it go on.
func (p *process) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.awake--; p.awake == 0 {
		p.freeze()
	}
}

func (p *process) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.awake == 0 {
		p.thaw()
	}
	p.awake++
}

// invoke hands an event to the process, and returns its reply if there is one
// within the function's timeout.
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
	case <-p.gone.Done():
		return reply{}, false
	}
	select {
	case r := <-replied:
		return r, true
	case <-p.gone.Done():
	case <-over.C:
		p.w.stats.add("overtime", 1)
		p.kill()
	}
	return reply{}, false
}

// runtimeAPI hands out the events and takes the replies.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (p *process) runtimeAPI(w http.ResponseWriter, r *http.Request, path []string) {
	if path[0] == "invocation" && path[1] == "next" {
		p.idle <- struct{}{}
		select {
		case i := <-p.events:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
			w.Write(i.event)
		case <-p.gone.Done():
		}
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || path[0] == "invocation" && p.pass("replied") {
		return
	}
	id, kind := path[1], path[len(path)-1]
	p.mu.Lock()
	replied := p.replies[id]
	delete(p.replies, id)
	p.mu.Unlock()
	if replied == nil {
		p.w.violation("the process %s says %s to %s, which it was not asked: %s", p.name, kind, id, body)
		return
	}
	replied <- reply{id, kind, body}
	w.WriteHeader(http.StatusAccepted)
}

// logs keeps the last of what processes wrote, for a failure's report.
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
