package fault

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// moment is when a process may be killed.
type moment string

var moments = []moment{"received", "began", "handled", "sending", "sent", "answered", "returning", "replied"}

// usual is how often a moment comes about in a world, roughly.
var usual = map[moment]int{
	"received": 8, // from the queue, and not handed to the process
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
	replies chan reply
	dead    chan struct{} // closed when it has ended
	once    sync.Once
	killed  chan struct{} // closed when the host wants it dead
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

// start starts a process with a handler: work, or star.generate.
func (w *world) start(handler string) (*process, error) {
	p := &process{
		w: w, idle: make(chan struct{}, 1), events: make(chan invocation), replies: make(chan reply, 1),
		dead: make(chan struct{}), killed: make(chan struct{}),
	}
	w.mu.Lock()
	w.serial++
	p.name = "p" + strconv.Itoa(w.serial)
	w.processes[p.name] = p
	w.mu.Unlock()
	base := w.server.URL + "/" + p.name
	p.command = exec.Command(w.program)
	p.command.Env = append(os.Environ(), w.environment(base, handler)...)
	p.command.Stderr = w.logs
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	w.stats.add("processes", 1)
	go func() {
		p.command.Wait()
		close(p.dead)
	}()
	return p, nil
}

// environment is what the macro and Lambda would set.
func (w *world) environment(base, handler string) []string {
	step := handler
	if handler == "star.generate" {
		step = ""
	}
	return []string{
		envSeed + "=" + strconv.FormatUint(w.seed, 10), envReport + "=" + base + "/report",
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(base, "http://"), "AWS_ENDPOINT_URL_SQS=" + base + "/sqs",
		"AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret",
		"STAR_JOB=Fault", "STAR_STEP=" + step, "STAR_HANDLER=" + handler,
		"STAR_QUEUE=" + w.work.URL(), "STAR_DEAD_LETTER_QUEUE=" + w.dead.URL(),
		"STAR_QUEUES=work=" + w.work.URL() + " sink=" + w.server.URL + "/123456789012/sink",
		"STAR_MAX_ATTEMPTS=" + strconv.Itoa(w.maxAttempts), "STAR_IGNORE_ERRORS=" + strconv.FormatBool(w.ignoreErrors),
		"STAR_MIN_DELAY=" + strconv.Itoa(w.retryDelay), "STAR_MAX_DELAY=" + strconv.Itoa(w.retryDelay),
	}
}

// kill ends the process, and returns when it has ended.
func (p *process) kill() {
	p.once.Do(func() {
		close(p.killed)
		p.command.Process.Kill()
	})
	<-p.dead
}

// pass kills the process if the plan wants it dead at this moment.
func (p *process) pass(m moment) (dies bool) {
	if nth, ok := p.w.kills[m]; !ok || p.w.count(string(m)) != nth {
		return false
	}
	p.w.stats.add("killed when "+string(m), 1)
	p.kill()
	return true
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
		case <-p.dead:
		}
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || p.pass("replied") {
		return
	}
	p.replies <- reply{path[1], path[len(path)-1], body}
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
