package sandbox

import (
	"fmt"
	"time"
)

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
			p.answerTimeout(i, fmt.Sprintf("Task timed out after %.2f seconds: the process did not request an event", p.runner.function.Timeout.Seconds()))
			return
		}
		i.answer(Result{}, errInitTimeout)
	})
}

func (p *process) answerTimeout(i *invocation, message string) {
	i.timedOut = true
	p.fail(i, i.failure("Sandbox.Timedout", message))
}
