package sandbox

import (
	"time"
)

// assign makes an invocation the current one, and reports whether the process must
// be started for it.
func (p *process) assign(i *invocation) (start bool) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	p.tail.Store(i.tail)
	switch {
	case p.phase == fresh:
		p.phase, p.current = starting, i
		return true
	case p.abandoned != nil:
		i.answer(Result{}, p.abandoned)
	case p.phase == idle && i.probe:
		p.current = i
		p.answerProbe()
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

// cancel kills the process if it works on an invocation whose context was
// cancelled.
func (p *process) cancel(i *invocation, cause error) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.current == i && !i.answered {
		p.killThen(func(i *invocation) { i.answer(Result{}, cause) })
	}
}

// poll registers a poll of the process, which receives the next event from the
// channel. A poll that already waits is superseded: its channel is closed. poll
// refuses while the current event has no response.
func (p *process) poll() (chan *invocation, bool) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	polling := make(chan *invocation, 1)
	switch p.phase {
	case starting:
		if p.current.probe {
			p.answerProbe()
			p.polling = polling
			p.runner.dispatch()
			break
		}
		p.phase = busy
		p.current.init = time.Since(p.started)
		polling <- p.current
	case finishing:
		p.becomeReusable()
		p.polling = polling
		p.runner.dispatch()
	case idle:
		if p.polling != nil {
			close(p.polling)
		}
		p.polling = polling
	case busy:
		if !p.current.delivered.IsZero() {
			return nil, false
		}
		polling <- p.current // the poll that should have received it was dropped
	default:
		return nil, false
	}
	return polling, true
}

// answerProbe answers a probe; the process becomes idle.
func (p *process) answerProbe() {
	p.current.answer(Result{}, nil)
	p.becomeIdle()
}

// becomeReusable makes a process idle that has responded.
func (p *process) becomeReusable() {
	p.current.timer.Stop()
	p.stopExpecting()
	p.becomeIdle()
}

// becomeIdle offers the process for the next invocation, or shuts it down if its
// program was replaced.
func (p *process) becomeIdle() {
	p.phase, p.current = idle, nil
	if p.replaced {
		p.shutDown()
		return
	}
	p.runner.idle = append(p.runner.idle, p)
}

// dropPoll forgets a poll whose client has closed its connection.
func (p *process) dropPoll(polling chan *invocation) {
	p.locked(func() {
		if p.polling == polling {
			p.polling = nil
		}
	})
}

// beginInvocation starts an invocation's timeout, and returns its deadline. It
// refuses if the poll was superseded (i is nil) or another poll was faster.
func (p *process) beginInvocation(i *invocation) (deadline time.Time, ok bool) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if i == nil || !i.delivered.IsZero() {
		return time.Time{}, false
	}
	timeout := p.runner.function.Timeout
	i.delivered = time.Now()
	i.tail.start(i.RequestID)
	i.timer = time.AfterFunc(timeout, func() { p.onTimeout(i) })
	return i.delivered.Add(timeout), true
}

// answerStatus is whether an answer was accepted.
type answerStatus int

const (
	answerTaken    answerStatus = iota
	answerRepeated              // the invocation has an answer already
	answerUnknown               // the process has no invocation of that ID
)

// answer ends the current invocation if it has the given ID.
func (p *process) answer(id string, result Result) answerStatus {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	i := p.current
	if i == nil || i.RequestID != id || i.delivered.IsZero() {
		return answerUnknown
	}
	if p.phase != busy {
		return answerRepeated
	}
	p.phase = finishing
	p.expectNextPoll()
	result.Duration = time.Since(i.delivered)
	i.answer(result, nil)
	return answerTaken
}

// nextPollTimeout is how long a process that has responded keeps another from being
// started in its place. Most poll again within a millisecond, but a busy machine may
// take much longer to let them.
const nextPollTimeout = 500 * time.Millisecond

// expectNextPoll counts the process among those that will soon be idle.
func (p *process) expectNextPoll() {
	i := p.current
	p.runner.finishing++
	p.nextPollTimer = time.AfterFunc(nextPollTimeout, func() {
		p.locked(func() {
			if p.current == i {
				p.stopExpecting()
				p.runner.dispatch()
			}
		})
	})
}

// stopExpecting reverts expectNextPoll.
func (p *process) stopExpecting() {
	if p.nextPollTimer != nil {
		p.nextPollTimer.Stop()
		p.nextPollTimer = nil
		p.runner.finishing--
	}
}

// setInitError keeps the process's report of why it cannot start. It refuses after
// the first poll. The process must exit after the report, and is killed otherwise.
func (p *process) setInitError(report []byte) bool {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.phase != starting {
		return false
	}
	p.initError = report
	p.initTimer.Reset(p.runner.host.termGrace)
	return true
}
