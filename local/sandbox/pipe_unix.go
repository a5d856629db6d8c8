//go:build unix

package sandbox

import (
	"os"
	"sync"
	"syscall"
)

// outputPipe reads the standard output or the standard error of a process.
type outputPipe struct {
	file *os.File
	raw  syscall.RawConn
	done chan struct{}

	mu       sync.Mutex
	splitter lineSplitter
	buffer   []byte
	ended    bool
}

// pipeBytes is the capacity of a pipe unless the process enlarged it, and maxPipe
// the capacity to which it may.
const (
	pipeBytes = 64 << 10
	maxPipe   = 1 << 20
)

// newOutputPipe returns a pipe that emits lines, and its end to write to, which the
// caller must close.
func newOutputPipe(emit func(line []byte)) (*outputPipe, *os.File, error) {
	from, to, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	raw, err := from.SyscallConn()
	if err != nil {
		from.Close()
		to.Close()
		return nil, nil, err
	}
	s := &outputPipe{file: from, raw: raw, done: make(chan struct{}), splitter: lineSplitter{emit: emit}, buffer: make([]byte, pipeBytes)}
	go s.run()
	return s, to, nil
}

func (s *outputPipe) run() {
	defer close(s.done)
	for {
		ended := false
		err := s.raw.Read(func(fd uintptr) bool {
			var n int
			n, ended = s.read(fd)
			return n > 0 || ended
		})
		if err != nil || ended {
			return
		}
	}
}

// read reads the available data of the pipe without waiting. It is the only reader,
// and runs under the lock, so that lines stay in order whichever goroutine reads.
func (s *outputPipe) read(fd uintptr) (n int, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.ended {
		n, err := syscall.Read(int(fd), s.buffer)
		switch {
		case n > 0:
			s.splitter.add(s.buffer[:n])
			return n, false
		case err == syscall.EAGAIN:
			return 0, false
		case err != syscall.EINTR:
			s.ended = true
		}
	}
	return 0, true
}

// drain delivers the output up to now. It reads no more than limit bytes (the
// capacity of the pipe), because the process may continue to print.
func (s *outputPipe) drain(limit int) {
	s.raw.Control(func(fd uintptr) {
		for limit > 0 {
			n, _ := s.read(fd)
			if n == 0 {
				return
			}
			limit -= n
		}
	})
}

// finish delivers the rest of the output of a process that has exited. It does not
// wait for the end of the pipe: a descendant may hold it open.
func (s *outputPipe) finish() {
	s.drain(maxPipe)
	s.file.Close()
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	s.splitter.flush()
}
