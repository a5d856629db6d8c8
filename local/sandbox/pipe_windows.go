package sandbox

import (
	"os"
	"time"
)

// outputPipe reads the standard output or the standard error of a process.
type outputPipe struct {
	file     *os.File
	done     chan struct{}
	splitter lineSplitter
}

// pipeBytes is the number of bytes that are read at a time.
const pipeBytes = 64 << 10

// newOutputPipe returns a pipe that emits lines, and its end to write to, which the
// caller must close.
func newOutputPipe(emit func(line []byte)) (*outputPipe, *os.File, error) {
	from, to, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	s := &outputPipe{file: from, done: make(chan struct{}), splitter: lineSplitter{emit: emit}}
	go s.run()
	return s, to, nil
}

func (s *outputPipe) run() {
	defer close(s.done)
	buffer := make([]byte, pipeBytes)
	for {
		n, err := s.file.Read(buffer)
		s.splitter.add(buffer[:n])
		if err != nil {
			return
		}
	}
}

// drain does nothing: pipes of Windows cannot be read without waiting.
func (s *outputPipe) drain(int) {}

// finish delivers the rest of the output of a process that has exited. It waits at
// most a second for the end of the pipe: a descendant may hold it open.
func (s *outputPipe) finish() {
	select {
	case <-s.done:
	case <-time.After(time.Second):
	}
	s.file.Close()
	<-s.done
	s.splitter.flush()
}
