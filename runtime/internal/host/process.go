package host

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// process is one run of the host.
type process struct {
	command Command
	cmd     *exec.Cmd
	conn    net.Conn
	began   time.Time
	frames  *writeBuffer
	ready   chan struct{} // closed when the handler is loaded
	gone    chan struct{} // closed when the process has ended and all is read

	mu             sync.Mutex
	room           sync.Cond        // signals that held has fallen
	held           int              // bytes of generated items that calls have not answered
	calls          map[uint32]*call // those that the host has not ended
	last           uint32           // number of the latest call
	abandonedCalls int              // of calls, those that nobody waits for
	drained        chan struct{}    // closed when abandonedCalls falls to 0; nil while nobody waits
	retired        bool             // accepts no more calls
	replaced       bool             // retired for calls that another process will handle
	reason         error            // why it was killed; nil: it was not
	loadError      *Error           // why the handler could not be loaded, in the host's words
	death          error            // how it ended; nil: it lives
}

// start starts a process, and what reads from it and writes to it.
func start(command Command) (*process, error) {
	conn, theirs, err := socketpair()
	if err != nil {
		return nil, notStarted(command, err)
	}
	defer theirs.Close()
	cmd := exec.Command(command.Path, command.Args...)
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = command.Env, command.Output, command.Output, []*os.File{theirs}
	isolate(cmd)
	if err := cmd.Start(); err != nil {
		conn.Close()
		return nil, notStarted(command, err)
	}
	p := newProcess(command, conn)
	p.cmd = cmd
	go p.run(conn.CloseRead)
	return p, nil
}

// notStarted is the error of a process that cannot be started: a Death, so that no
// item is completed by it.
func notStarted(c Command, err error) error {
	return &Death{&Error{Name: hostErrorName, Message: fmt.Sprintf("%s cannot be started: %v", c.name(), err)}}
}

func (c *Command) name() string { return filepath.Base(c.Path) }

func newProcess(command Command, conn net.Conn) *process {
	p := &process{
		command: command, conn: conn, began: time.Now(), frames: newWriteBuffer(),
		ready: make(chan struct{}), gone: make(chan struct{}), calls: map[uint32]*call{},
	}
	p.room.L = &p.mu
	return p
}

// exitGrace is the time that a process gets to exit after it has closed its socket.
const exitGrace = 2 * time.Second

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
	p.end(p.exitError(state))
	_ = p.conn.Close()
}

// leave ends a process from which nothing more can be read, for the reason given.
// One that only closed its socket is most likely about to exit, and its exit status
// says more.
func (p *process) leave(reason error, exited <-chan struct{}) {
	if errors.Is(reason, errEarlyEnd) {
		p.mu.Lock()
		p.retired = true
		p.mu.Unlock()
		timer := time.NewTimer(exitGrace)
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

// fail ends the calls, and returns the tasks that have to be told.
func (p *process) fail(death error) (over []Task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.death, p.retired = death, true
	for _, c := range p.calls {
		c.group.over()
		switch {
		case c.abandoned:
		case c.idle != nil:
			over = append(over, c.idle)
		default:
			c.deliver(frame{kind: kindGone})
		}
	}
	clear(p.calls)
	p.notifyDrained()
	close(p.gone)
	return over
}

// write writes to the process until it has ended.
func (p *process) write() {
	var written []byte
	for {
		select {
		case <-p.frames.wake:
		case <-p.gone:
			return
		}
		written = p.frames.take(written)
		if _, err := p.conn.Write(written); err != nil {
			return // it is about to end; whoever reads from it will notice
		}
	}
}

// tooLate refuses an item of a call that was abandoned, or has ended.
func (p *process) tooLate(f frame) {
	p.refuse(f.id, "Ended", f.step, fmt.Sprintf("generate %q: too late: the time for the item is over", f.step))
}

func (p *process) refuse(id uint32, reason, step, message string) {
	p.frames.add(func(to []byte) []byte { return appendRefused(to, id, reason, step, message) })
}
