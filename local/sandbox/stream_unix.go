//go:build unix

package sandbox

import (
	"os"
	"sync"
	"syscall"
)

// stream reads one of a process's two outputs.
type stream struct {
	file *os.File
	raw  syscall.RawConn
	done chan struct{}

	mu     sync.Mutex
	lines  lines
	buffer []byte
	ended  bool
}

// pipeBytes is what a pipe holds unless the process enlarged it, and maxPipe
// how far it may.
const (
	pipeBytes = 64 << 10
	maxPipe   = 1 << 20
)

// newStream returns the stream and the end to write to, which belongs to the
// caller.
func newStream(emit func(line []byte)) (*stream, *os.File, error) {
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
	s := &stream{file: from, raw: raw, done: make(chan struct{}), lines: lines{emit: emit}, buffer: make([]byte, pipeBytes)}
	go s.run()
	return s, to, nil
}

func (s *stream) run() {
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

// read takes what is in the pipe now. All reading happens here, under the
// lock, so that lines stay in order whoever reads.
func (s *stream) read(fd uintptr) (n int, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.ended {
		n, err := syscall.Read(int(fd), s.buffer)
		switch {
		case n > 0:
			s.lines.add(s.buffer[:n])
			return n, false
		case err == syscall.EAGAIN:
			return 0, false
		case err != syscall.EINTR:
			s.ended = true
		}
	}
	return 0, true
}

// drain delivers what was printed before it is called: no more than what the
// pipe holds, as a process may go on printing.
func (s *stream) drain(most int) {
	s.raw.Control(func(fd uintptr) {
		for most > 0 {
			n, _ := s.read(fd)
			if n == 0 {
				return
			}
			most -= n
		}
	})
}

// finish delivers what a process that is gone has printed. It does not wait for
// the pipe's end: a descendant may hold it open.
func (s *stream) finish() {
	s.drain(maxPipe)
	s.file.Close()
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines.flush()
}
