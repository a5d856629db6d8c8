package host

import (
	"errors"
	"time"
)

// farewell is the time that a process gets to exit after its last word.
const farewell = 2 * time.Second

// run follows the process to its end. Whatever it wrote is read before its open
// calls fail: a call may be done in there.
func (p *process) run(closeRead func() error) {
	read, exited := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		p.leave(p.read(), exited)
	}()
	go p.write()
	state := p.cmd.Wait()
	close(exited)
	killAll(p.cmd)
	_ = closeRead() // what it started may hold the socket open; what is written can still be read
	<-read
	p.end(p.epitaph(state))
	_ = p.conn.Close()
}

// leave ends a process of which nothing more can be heard, for the reason given.
// One that only closed its socket is most likely about to exit, and should say
// how.
func (p *process) leave(reason error, exited <-chan struct{}) {
	if errors.Is(reason, errEarlyEnd) {
		p.mu.Lock()
		p.retired = true
		p.mu.Unlock()
		timer := time.NewTimer(farewell)
		defer timer.Stop()
		select {
		case <-exited:
			return
		case <-timer.C:
		}
	}
	p.kill(reason)
}

// kill ends the process, for the first reason that is given.
func (p *process) kill(reason error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killLocked(reason)
}

func (p *process) killLocked(reason error) {
	if p.reason == nil {
		p.reason = reason
	}
	p.retired = true
	if p.death == nil {
		killAll(p.cmd)
	}
}

// end fails the calls that are still open.
func (p *process) end(death error) {
	for _, task := range p.fail(death) {
		task.Done(death)
	}
}

// fail ends the calls, and returns whom to tell.
func (p *process) fail(death error) (over []Task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.death, p.retired = death, true
	for _, c := range p.calls {
		c.over()
		switch {
		case c.givenUp:
		case c.idle != nil:
			over = append(over, c.idle)
		default:
			c.deliver(frame{kind: kindGone})
		}
	}
	clear(p.calls)
	p.calm()
	close(p.gone)
	return over
}
