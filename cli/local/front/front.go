// Package front stands before an http.Server, and answers by itself what AWS
// SDKs send most: plain requests of AWS's JSON protocol, one after another on a
// connection that stays open.
//
// net/http reads on while a handler works, to notice that the client has gone.
// That takes a goroutine, a read and three deadlines for every request, about a
// fifth of what a small one costs. Here the connection is watched only while a
// handler waits for something, which it shows by asking for Context.Done.
//
// What is plain is decided narrowly. With the first request that is anything
// else (chunked, large, unusual or wrong) the connection goes to the http.Server,
// to stay there. The same http.Handler serves both ways, and finds no
// difference, but that it cannot flush or hijack.
package front

import (
	"net"
	"net/http"
	"sync"
)

// A Listener is what the http.Server behind listens on: it accepts the
// connections that are not served here.
type Listener struct {
	net.Listener
	handler http.Handler
	others  chan net.Conn // for the http.Server
	failed  chan error
	closed  chan struct{}

	mu    sync.Mutex
	conns map[net.Conn]bool // those served here; nil once closed
}

// New serves plain requests to a listener with a handler. The caller is to give
// the Listener, and the same handler, to an http.Server, which closes both.
func New(l net.Listener, h http.Handler) *Listener {
	f := &Listener{
		Listener: l, handler: h, others: make(chan net.Conn), failed: make(chan error), closed: make(chan struct{}),
		conns: map[net.Conn]bool{},
	}
	go f.accept()
	return f
}

// accept hands errors on one at a time: the http.Server knows which ones it may
// wait out, and for how long.
func (l *Listener) accept() {
	for {
		c, err := l.Listener.Accept()
		if err == nil {
			go l.serve(c)
			continue
		}
		select {
		case l.failed <- err:
		case <-l.closed:
			return
		}
	}
}

// Accept returns the next connection that is not served here.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.others:
		return c, nil
	case err := <-l.failed:
		return nil, err
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close closes all connections that are served here.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns == nil {
		return net.ErrClosed
	}
	for c := range l.conns {
		c.Close()
	}
	l.conns = nil
	close(l.closed)
	return l.Listener.Close()
}

// serve answers a connection's requests for as long as they are plain.
func (l *Listener) serve(nc net.Conn) {
	if !l.keep(nc) {
		nc.Close()
		return
	}
	c := newConn(nc)
	isOther := c.serve(l.handler)
	l.drop(nc)
	if !isOther {
		nc.Close()
		return
	}
	select {
	case l.others <- c:
	case <-l.closed:
		nc.Close()
	}
}

func (l *Listener) keep(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns == nil {
		return false
	}
	l.conns[c] = true
	return true
}

func (l *Listener) drop(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}
