package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"
)

// phase is where a process is in its life.
type phase int

const (
	fresh     phase = iota // not started yet
	starting               // has not polled yet
	idle                   // polls
	busy                   // works on its current invocation
	finishing              // has answered, and not polled again yet
	gone
)

// A process is one execution environment of a function.
type process struct {
	runner      *Runner
	command     *exec.Cmd // nil until it is started
	streams     []*stream
	record      atomic.Pointer[record] // of the current invocation
	server      *http.Server
	connections sync.WaitGroup
	over        chan struct{} // closed when the process has ended

	// The runner's lock guards what follows.
	phase     phase
	current   *invocation
	polling   chan *invocation // of the poll that waits for an event
	began     time.Time
	initLimit *time.Timer
	expected  *time.Timer // while it counts among the runner's finishing ones
	initError []byte      // what it reported to init/error
	abandoned error       // why nothing more is wanted of it
	retired   bool        // it is to end once it is idle
	// verdict says how the current invocation ends with the process, where it
	// is not the process's own doing.
	verdict func(*invocation)
}

func newProcess(r *Runner) *process {
	return &process{runner: r, over: make(chan struct{})}
}

// work has the process work on an event until the invocation is answered. If
// nobody waits for it any more, the process is killed.
func (p *process) work(ctx context.Context, i *invocation) {
	if p.take(i) {
		p.start(i)
	}
	select {
	case <-i.done:
	case <-ctx.Done():
		p.cancel(i, context.Cause(ctx))
		<-i.done
	}
}

// take makes the event the current one, and tells whether the process must be
// started for it.
func (p *process) take(i *invocation) (start bool) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	p.record.Store(i.record)
	switch {
	case p.phase == fresh:
		p.phase, p.current = starting, i
		return true
	case p.abandoned != nil:
		i.answer(Result{}, p.abandoned)
	case p.phase == idle && i.probe:
		p.current = i
		p.pass()
		p.runner.dispatch()
	case p.phase == idle:
		p.phase, p.current = busy, i
		if p.polling != nil {
			p.polling <- i
			p.polling = nil
		}
	default:
		i.answer(Result{}, errUndelivered)
	}
	return false
}

// cancel kills the process that works on an event nobody waits for.
func (p *process) cancel(i *invocation, cause error) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.current == i && !i.answered {
		p.condemn(func(i *invocation) { i.answer(Result{}, cause) })
	}
}

// condemn kills the process and says how its invocation ends. The first
// sentence stands.
func (p *process) condemn(verdict func(*invocation)) {
	if p.verdict == nil {
		p.verdict = verdict
	}
	p.signal(killGroup)
}

// signal does nothing before the process is started, which then looks for a
// verdict, and once it is gone.
func (p *process) signal(send func(*exec.Cmd)) {
	if p.command != nil && p.phase != gone {
		send(p.command)
	}
}

// kill ends the process at once, and terminate politely.
func (p *process) kill()      { p.locked(func() { p.signal(killGroup) }) }
func (p *process) terminate() { p.locked(func() { p.signal(askToEnd) }) }

// dismiss asks the process to end, and kills it if it has not done so in a while.
func (p *process) dismiss() {
	p.signal(askToEnd)
	time.AfterFunc(p.runner.host.politely, p.kill)
}

func (p *process) locked(do func()) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	do()
}

// abandon fails the current invocation, if any; the process is to be ended.
func (p *process) abandon(cause error) {
	p.locked(func() {
		p.abandoned = cause
		if p.current != nil {
			p.current.answer(Result{}, cause)
		}
	})
}

// overtime kills the process if it still works on the invocation, or has
// answered it and not asked for another since.
func (p *process) overtime(i *invocation) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.current != i {
		return
	}
	p.condemn(func(i *invocation) {
		p.timedOut(i, fmt.Sprintf("Task timed out after %.2f seconds", p.runner.function.Timeout.Seconds()))
	})
}

// initTime is how long the process has until its first poll.
func (p *process) initTime() time.Duration {
	if p.current.slow {
		return p.runner.function.Timeout
	}
	return p.runner.host.initLimit
}

// initOvertime kills the process if it has not polled yet.
func (p *process) initOvertime() {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.phase != starting {
		return
	}
	p.condemn(func(i *invocation) {
		if i.slow {
			p.timedOut(i, fmt.Sprintf("Task timed out after %.2f seconds: the process did not ask for an event", p.runner.function.Timeout.Seconds()))
			return
		}
		i.answer(Result{}, errSlow)
	})
}

func (p *process) timedOut(i *invocation, message string) {
	i.timeout = true
	p.fail(i, i.failure("Sandbox.Timedout", message))
}

// fail answers an invocation on behalf of a process that cannot any more.
func (p *process) fail(i *invocation, result Result) {
	result.InitError = i.delivered.IsZero()
	result.Duration = time.Since(p.began)
	if !result.InitError {
		result.Duration = time.Since(i.delivered)
	}
	i.answer(result, nil)
}
