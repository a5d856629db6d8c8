package sandbox

import (
	"net/http"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

// A process is one execution environment of a function: it is started for its
// first invocation (start.go), and reused until it exits or is killed. Its phase
// is which invocations it accepts (phase.go).
type process struct {
	runner      *Runner
	command     *exec.Cmd // nil until it is started
	outputs     []*outputPipe
	tail        atomic.Pointer[logTail] // of the current invocation
	server      *http.Server
	connections sync.WaitGroup
	exited      chan struct{} // closed when the process has exited

	// The runner's lock guards the fields below.
	phase         phase
	current       *invocation
	polling       chan *invocation // delivers to the poll that waits for an event; nil if none does
	started       time.Time
	initTimer     *time.Timer
	nextPollTimer *time.Timer // not nil while the process counts as one of the runner's finishing ones
	initError     []byte      // the report that it sent to init/error
	abandoned     error       // set when the process must not be used any more, and why
	replaced      bool        // its program was replaced, so it ends once it is idle
	// atExit, if set, answers the current invocation after the process was killed
	// and has exited.
	atExit func(*invocation)
}

func newProcess(r *Runner) *process {
	return &process{runner: r, exited: make(chan struct{})}
}

// phase is the state of a process. It goes from fresh to starting, then around
// busy, finishing and idle, and from any of them to gone.
type phase int

const (
	fresh     phase = iota // not started yet
	starting               // started, and has not polled yet
	idle                   // polls for an event
	busy                   // works on its current invocation
	finishing              // has responded, and not polled again yet
	gone                   // has exited, or could not be started
)

func (p *process) locked(do func()) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	do()
}

// fail answers an invocation on behalf of a process that can no longer do so.
func (p *process) fail(i *invocation, result Result) {
	result.InitError = i.delivered.IsZero()
	result.Duration = time.Since(p.started)
	if !result.InitError {
		result.Duration = time.Since(i.delivered)
	}
	i.answer(result, nil)
}

// abandon fails the current invocation, if any, and keeps the process from being
// started or used. It does not end the process.
func (p *process) abandon(cause error) {
	p.locked(func() {
		p.abandoned = cause
		if p.current != nil {
			p.current.answer(Result{}, cause)
		}
	})
}

// killThen kills the process, and answers its current invocation by answer once the
// process has exited. Only the first answer counts.
func (p *process) killThen(answer func(*invocation)) {
	if p.atExit == nil {
		p.atExit = answer
	}
	p.signal(killGroup)
}

// shutDown asks the process to exit, and kills it after the host's termGrace.
func (p *process) shutDown() {
	p.signal(terminate)
	time.AfterFunc(p.runner.host.termGrace, p.kill)
}

// kill kills the process at once.
func (p *process) kill() { p.locked(func() { p.signal(killGroup) }) }

// terminate asks the process to exit.
func (p *process) terminate() { p.locked(func() { p.signal(terminate) }) }

// signal does nothing once the process is gone, nor before it is started:
// startCommand kills it then if atExit or abandoned is set.
func (p *process) signal(send func(*exec.Cmd)) {
	if p.command != nil && p.phase != gone {
		send(p.command)
	}
}
