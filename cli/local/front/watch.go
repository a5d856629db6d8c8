package front

import (
	"context"
	"sync"
	"time"
)

// A watch is a request's context. It ends when the client has gone, for which
// it looks from the first time that somebody asks for Done: until then nobody
// waits. It reads from the connection, so nobody else may before end.
type watch struct {
	context.Context
	cancel context.CancelFunc
	conn   *conn

	mu    sync.Mutex
	over  chan struct{} // closed when it looks no more; nil if it has not begun
	ended bool
}

func (c *conn) watch() *watch {
	ctx, cancel := context.WithCancel(context.Background())
	return &watch{Context: ctx, cancel: cancel, conn: c}
}

func (w *watch) Done() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over == nil && !w.ended {
		w.over = make(chan struct{})
		go w.look(w.over)
	}
	return w.Context.Done()
}

// look waits for the next request, which stays unread, or for the end of the
// connection.
func (w *watch) look(over chan<- struct{}) {
	defer close(over)
	if _, err := w.conn.in.Peek(1); err != nil {
		w.cancel()
	}
}

// end ends the context with its request. The connection may be read again.
func (w *watch) end() {
	w.cancel()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	if w.over == nil {
		return
	}
	w.conn.SetReadDeadline(time.Unix(1, 0))
	<-w.over
	w.conn.SetReadDeadline(time.Time{})
	w.over = nil
}
