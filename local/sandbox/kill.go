package sandbox

import (
	"fmt"
	"os/exec"
	"time"
)

// cancel kills the process if it works on an invocation whose context was
// cancelled.
func (p *process) cancel(i *invocation, cause error) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.current == i && !i.answered {
		p.killThen(func(i *invocation) { i.answer(Result{}, cause) })
	}
}

// onTimeout kills the process if it still works on the invocation, or has
// responded to it and not polled since.
func (p *process) onTimeout(i *invocation) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.current != i {
		return
	}
	p.killThen(func(i *invocation) {
		p.answerTimeout(i, fmt.Sprintf("Task timed out after %.2f seconds", p.runner.function.Timeout.Seconds()))
	})
}

// initTimeout is how long the process has until its first poll.
func (p *process) initTimeout() time.Duration {
	if p.current.initRetry {
		return p.runner.function.Timeout
	}
	return p.runner.host.initTimeout
}

// onInitTimeout kills the process if it has not polled yet.
func (p *process) onInitTimeout() {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.phase != starting {
		return
	}
	p.killThen(func(i *invocation) {
		if i.initRetry {
			p.answerTimeout(i, fmt.Sprintf("Task timed out after %.2f seconds: the process did not ask for an event", p.runner.function.Timeout.Seconds()))
			return
		}
		i.answer(Result{}, errInitTimeout)
	})
}

func (p *process) answerTimeout(i *invocation, message string) {
	i.timedOut = true
	p.fail(i, i.failure("Sandbox.Timedout", message))
}

// killThen kills the process, and answers its current invocation by answer once the
// process has exited. Only the first answer counts.
func (p *process) killThen(answer func(*invocation)) {
	if p.atExit == nil {
		p.atExit = answer
	}
	p.signal(killGroup)
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
