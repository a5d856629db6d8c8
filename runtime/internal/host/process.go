package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

var (
	errRetired = errors.New("the process takes no more calls")
	errClosed  = errors.New("it was closed")
	errHangs   = errors.New("it was still busy with items whose time was over")
	errSlow    = errors.New("it was not ready in time")
)

// process is one run of the host.
type process struct {
	name    string
	cmd     *exec.Cmd
	conn    *net.UnixConn
	began   time.Time
	refusal func(error) (reason, step, message string)
	outbox  outbox
	ready   chan struct{} // closed when the handler is loaded
	gone    chan struct{} // closed when the process has ended and all is read

	mu        sync.Mutex
	room      sync.Cond        // what waits for held to fall
	held      int              // bytes of generated items that calls have not answered
	calls     map[uint32]*call // those that the host has not ended
	last      uint32           // number of the latest call
	abandoned int              // of calls, those that were given up
	quiet     chan struct{}    // closed when abandoned falls to 0; nil while nobody waits
	retired   bool             // takes no more calls
	reason    error            // why it was killed; nil: it was not
	notLoaded *Error           // why the handler could not be loaded, in the host's words
	death     error            // how it ended; nil: it lives
}

// start starts a process, and what reads from it and writes to it.
func start(command Command) (*process, error) {
	name := filepath.Base(command.Path)
	conn, theirs, err := socketpair()
	if err != nil {
		return nil, fmt.Errorf("%s cannot be started: %w", name, err)
	}
	defer theirs.Close()
	cmd := exec.Command(command.Path, command.Args...)
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = command.Env, command.Output, command.Output, []*os.File{theirs}
	isolate(cmd)
	p := &process{
		name: name, cmd: cmd, conn: conn, began: time.Now(), refusal: command.Refusal, outbox: newOutbox(),
		ready: make(chan struct{}), gone: make(chan struct{}), calls: map[uint32]*call{},
	}
	p.room.L = &p.mu
	if err := cmd.Start(); err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s cannot be started: %w", name, err)
	}
	go p.run()
	return p, nil
}

// run follows the process to its end. Whatever it wrote is read before its open
// calls fail: a call may be done in there.
func (p *process) run() {
	read, exited := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		p.leave(p.read(), exited)
	}()
	go p.write()
	state := p.cmd.Wait()
	close(exited)
	killAll(p.cmd)
	_ = p.conn.CloseRead() // what it started may hold the socket open; what is written can still be read
	<-read
	p.end(state)
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
		timer := time.NewTimer(patience)
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
func (p *process) end(wait error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.death, p.retired = p.epitaph(wait), true
	for _, c := range p.calls {
		if !c.abandoned {
			c.deliver(frame{kind: kindGone})
		}
	}
	clear(p.calls)
	p.calm()
	close(p.gone)
}

func (p *process) takesCalls() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.retired
}

// await waits until the handler is loaded.
func (p *process) await(ctx context.Context) error {
	select {
	case <-p.ready:
		return nil
	default:
	}
	select {
	case <-p.ready:
		return nil
	case <-p.gone:
		return p.death
	case <-ctx.Done():
		// Many short batches may wait for one slow start, but none of them for
		// one that hangs.
		if time.Since(p.began) > startLimit {
			p.kill(errSlow)
		}
		return context.Cause(ctx)
	}
}

// settle waits for the ends of calls that were given up, and replaces a process
// that does not end them: it hangs, or blocks all the calls that are to come.
func (p *process) settle(ctx context.Context) {
	p.mu.Lock()
	if p.abandoned > 0 && p.quiet == nil {
		p.quiet = make(chan struct{})
	}
	quiet := p.quiet
	p.mu.Unlock()
	if quiet == nil {
		return
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-quiet:
	case <-ctx.Done():
	case <-timer.C:
		p.retire()
	}
}

// calm wakes those who wait in settle. The caller holds mu.
func (p *process) calm() {
	p.abandoned = 0
	if p.quiet != nil {
		close(p.quiet)
		p.quiet = nil
	}
}

// retire lets the process take no more calls, and kills it when it has none but
// those that were given up.
func (p *process) retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.retired = true
	p.bury()
}

// bury kills a retired process that nobody waits for. The caller holds mu.
func (p *process) bury() {
	if p.retired && len(p.calls) == p.abandoned {
		p.killLocked(errHangs)
	}
}
