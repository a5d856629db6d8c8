package display

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// output writes to a reader that may be gone or stuck. A reader that is gone is
// reported; one that doesn't read cannot block whoever writes for more than
// writeGrace once abandon is done.
type output struct {
	to         io.Writer
	abandon    context.Context
	readerGone func()
	abandoned  atomic.Bool // nothing is written anymore
}

// writeGrace is long enough for any reader that reads at all.
const writeGrace = time.Second

// Write writes b, unless the output has been abandoned.
func (o *output) Write(b []byte) (int, error) {
	if o.abandoned.Load() {
		return 0, context.Cause(o.abandon)
	}
	written := make(chan error, 1)
	data := bytes.Clone(b) // the goroutine may outlive this call
	go func() {
		_, err := o.to.Write(data)
		written <- err
	}()
	var err error
	select {
	case err = <-written:
	case <-o.abandon.Done():
		select {
		case err = <-written:
		case <-time.After(writeGrace):
			o.abandoned.Store(true)
			return 0, context.Cause(o.abandon)
		}
	}
	if errors.Is(err, syscall.EPIPE) {
		o.readerGone()
	}
	if err != nil {
		return 0, err
	}
	return len(b), nil
}

// lockedWriter serializes writes.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// screenWriter starts each write at the beginning of a line, because keys
// that a person presses, such as Ctrl-C, move the cursor.
type screenWriter struct {
	to      io.Writer
	backlog *backlog
}

func (w screenWriter) Write(b []byte) (int, error) {
	defer w.backlog.drawn()
	if _, err := w.to.Write(append([]byte("\r"), b...)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// maxBacklog is about how many bytes may wait to be drawn.
const maxBacklog = 4 << 20

// backlog bounds the memory of output that waits to be drawn. A goroutine that
// writes faster than the terminal draws has to wait.
type backlog struct {
	mu    sync.Mutex
	room  sync.Cond
	bytes int
	ended bool // nothing is drawn anymore
}

func newBacklog() *backlog {
	b := &backlog{}
	b.room.L = &b.mu
	return b
}

// add waits until there is room, and then counts text as waiting.
func (b *backlog) add(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.bytes >= maxBacklog && !b.ended {
		b.room.Wait()
	}
	b.bytes += len(text)
}

// drawn reports that everything that was waiting has been drawn.
func (b *backlog) drawn() { b.clear(false) }

// end releases everybody who is waiting, now and later.
func (b *backlog) end() { b.clear(true) }

func (b *backlog) clear(ended bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bytes, b.ended = 0, ended
	b.room.Broadcast()
}
