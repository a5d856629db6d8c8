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

// process is one process of the host.
type process struct {
	command Command
	cmd     *exec.Cmd
	conn    net.Conn
	began   time.Time
	frames  *writeBuffer
	ready   chan struct{} // closed when the handler is loaded
	gone    chan struct{} // closed when the process has exited and all of its output is read

	mu             sync.Mutex
	room           sync.Cond        // signals that held has fallen
	held           int              // bytes of unanswered generated items
	calls          map[uint32]*call // those that the host has not ended
	last           uint32           // ID of the latest call
	abandonedCalls int              // number of abandoned calls
	drained        chan struct{}    // closed when abandonedCalls falls to 0; nil if nothing waits for that
	retired        bool             // accepts no more calls
	replaced       bool             // retired, and another process handles further calls
	reason         error            // why it was killed; nil if it was not
	loadError      *Error           // why the handler could not be loaded, as the host reported it
	exitErr        error            // how it exited; nil while it is running
}

// start starts a process, and goroutines that read from it and write to it.
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

// notStarted returns the error of a process that cannot be started. It is a
// ProcessExit, so that IgnoreErrors does not complete the items.
func notStarted(c Command, err error) error {
	return &ProcessExit{&Error{Name: hostErrorName, Message: fmt.Sprintf("cannot start %s: %v", c.name(), err)}}
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

// exitGrace is how long a process may take to exit after it has closed its socket.
const exitGrace = 2 * time.Second

// run waits until the process has exited. Everything that it wrote is read before its
// open calls fail, because that may include the end of a call.
func (p *process) run(closeRead func() error) {
	read, exited := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		p.awaitExit(p.read(), exited)
	}()
	go p.write()
	state := p.cmd.Wait()
	close(exited)
	killAll(p.cmd)
	_ = closeRead() // its child processes may keep the socket open; written data can still be read
	<-read
	p.end(p.exitError(state))
	_ = p.conn.Close()
}

// awaitExit kills a process from which nothing more can be read, for the given reason.
// A process that only closed its socket is most likely about to exit, and gets some
// time for that, because its exit status is more informative.
func (p *process) awaitExit(reason error, exited <-chan struct{}) {
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

// kill kills the process. The first reason that is given is kept.
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
	if p.exitErr == nil {
		killAll(p.cmd)
	}
}

// end fails the calls that are still open.
func (p *process) end(exitErr error) {
	for _, task := range p.fail(exitErr) {
		task.Done(exitErr)
	}
}

// fail ends the calls, and returns the tasks whose Done must be called.
func (p *process) fail(exitErr error) (over []Task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.exitErr, p.retired = exitErr, true
	for _, c := range p.calls {
		c.group.over()
		switch {
		case c.abandoned:
		case c.idle != nil:
			over = append(over, c.idle)
		default:
			c.deliver(frame{kind: kindExited})
		}
	}
	clear(p.calls)
	p.notifyDrained()
	close(p.gone)
	return over
}

// write writes to the process until it has exited.
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
			return // it is about to exit, which the reader will notice
		}
	}
}

// tooLate refuses an item of a call that was abandoned or has ended.
func (p *process) tooLate(f frame) {
	p.refuse(f.id, "Ended", f.step, fmt.Sprintf("generate %q: called too late: the item's deadline has passed", f.step))
}

func (p *process) refuse(id uint32, reason, step, message string) {
	p.frames.add(func(to []byte) []byte { return appendRefused(to, id, reason, step, message) })
}
