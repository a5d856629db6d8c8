package sandbox

import (
	"os"
	"time"
)

// stream reads one of a process's two outputs.
type stream struct {
	file  *os.File
	done  chan struct{}
	lines lines
}

// pipeBytes is how much is read at a time.
const pipeBytes = 64 << 10

// newStream returns the stream and the end to write to, which belongs to the
// caller.
func newStream(emit func(line []byte)) (*stream, *os.File, error) {
	from, to, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	s := &stream{file: from, done: make(chan struct{}), lines: lines{emit: emit}}
	go s.run()
	return s, to, nil
}

func (s *stream) run() {
	defer close(s.done)
	buffer := make([]byte, pipeBytes)
	for {
		n, err := s.file.Read(buffer)
		s.lines.add(buffer[:n])
		if err != nil {
			return
		}
	}
}

// drain does nothing: the pipes of Windows cannot be read without waiting.
func (s *stream) drain(int) {}

// finish delivers what a process that is gone has printed. It waits for the
// pipe's end, but not long: a descendant may hold it open.
func (s *stream) finish() {
	select {
	case <-s.done:
	case <-time.After(time.Second):
	}
	s.file.Close()
	<-s.done
	s.lines.flush()
}
