package host

import (
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
	outbox  *outbox
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
	replaced  bool             // retired by a call, which another process will take
	reason    error            // why it was killed; nil: it was not
	notLoaded *Error           // why the handler could not be loaded, in the host's words
	death     error            // how it ended; nil: it lives
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

// notStarted is a death as well: no item is done by it.
func notStarted(c Command, err error) error {
	return &Death{&Error{Name: nameOfDeath, Message: fmt.Sprintf("%s cannot be started: %v", c.name(), err)}}
}

func (c *Command) name() string { return filepath.Base(c.Path) }

func newProcess(command Command, conn net.Conn) *process {
	p := &process{
		command: command, conn: conn, began: time.Now(), outbox: newOutbox(),
		ready: make(chan struct{}), gone: make(chan struct{}), calls: map[uint32]*call{},
	}
	p.room.L = &p.mu
	return p
}
