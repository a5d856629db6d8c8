package sandbox

import "time"

// poll makes a poll of the process's the one that gets its next event; one that
// waits already is closed. It is refused while an answer is owed.
func (p *process) poll() (chan *invocation, bool) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	polling := make(chan *invocation, 1)
	switch p.phase {
	case starting:
		if p.current.probe {
			p.pass()
			p.polling = polling
			p.runner.dispatch()
			break
		}
		p.phase = busy
		p.current.init = time.Since(p.began)
		polling <- p.current
	case finishing:
		p.rest()
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
		polling <- p.current // the poll that was to get it is gone
	default:
		return nil, false
	}
	return polling, true
}

// pass answers a probe, whose process becomes idle.
func (p *process) pass() {
	p.current.answer(Result{}, nil)
	p.idle()
}

// rest makes a process idle that has answered.
func (p *process) rest() {
	p.current.timer.Stop()
	p.forgo()
	p.idle()
}

func (p *process) idle() {
	p.phase, p.current = idle, nil
	if p.retired {
		p.dismiss()
		return
	}
	p.runner.idle = append(p.runner.idle, p)
}

// patience is how long a process that has answered keeps others from being
// started in its place. Most poll again within a millisecond.
const patience = 100 * time.Millisecond

// expect counts the process among those that will be idle in a moment, and
// forgo no longer.
func (p *process) expect() {
	i := p.current
	p.runner.finishing++
	p.expected = time.AfterFunc(patience, func() {
		p.locked(func() {
			if p.current == i {
				p.forgo()
				p.runner.dispatch()
			}
		})
	})
}

func (p *process) forgo() {
	if p.expected != nil {
		p.expected.Stop()
		p.expected = nil
		p.runner.finishing--
	}
}

// hangUp is called when a poll's client is gone.
func (p *process) hangUp(polling chan *invocation) {
	p.locked(func() {
		if p.polling == polling {
			p.polling = nil
		}
	})
}

// begin starts an invocation's time and returns its end. It is refused if
// another poll was faster.
func (p *process) begin(i *invocation) (deadline time.Time, ok bool) {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if i == nil || !i.delivered.IsZero() {
		return time.Time{}, false
	}
	timeout := p.runner.function.Timeout
	i.delivered = time.Now()
	i.record.start(i)
	i.timer = time.AfterFunc(timeout, func() { p.overtime(i) })
	return i.delivered.Add(timeout), true
}

// reception is what becomes of an answer.
type reception int

const (
	taken reception = iota
	repeated
	unknown
)

// answer ends the current invocation, if it is the one of the ID.
func (p *process) answer(id string, result Result) reception {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	i := p.current
	if i == nil || i.RequestID != id || i.delivered.IsZero() {
		return unknown
	}
	if p.phase != busy {
		return repeated
	}
	p.phase = finishing
	p.expect()
	result.Duration = time.Since(i.delivered)
	i.answer(result, nil)
	return taken
}

// noteInitError keeps what the process reports of its failure to start, which
// it must do before its first poll. It is to end then.
func (p *process) noteInitError(report []byte) bool {
	p.runner.mu.Lock()
	defer p.runner.mu.Unlock()
	if p.phase != starting {
		return false
	}
	p.initError = report
	p.initLimit.Reset(p.runner.host.politely)
	return true
}
