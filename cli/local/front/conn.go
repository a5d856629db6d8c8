package front

import (
	"bufio"
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"runtime/debug"
)

// maxHead is the most bytes of a plain request's head. Its body may have 64 KiB.
const maxHead = 8 << 10

// A conn is a connection, and what was read from it ahead of time.
type conn struct {
	net.Conn
	in     *bufio.Reader
	out    bytes.Buffer
	remote string
}

func newConn(c net.Conn) *conn {
	return &conn{Conn: c, in: bufio.NewReaderSize(c, maxHead), remote: c.RemoteAddr().String()}
}

// Read is for who gets the connection next.
func (c *conn) Read(p []byte) (int, error) { return c.in.Read(p) }

// serve answers requests until the connection ends, or until one isn't plain;
// nothing is taken of that one.
func (c *conn) serve(h http.Handler) (isOther bool) {
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			log.Printf("front: panic serving %s: %v\n%s", c.remote, v, debug.Stack())
		}
	}()
	for {
		r, v := c.next()
		if v != plain {
			return v == other || c.in.Buffered() > 0
		}
		if c.answer(h, r) != nil {
			return false
		}
	}
}

// next reads the next request's head. A connection that has ended within one is
// another's to answer; one that has ended before it needs more, for ever.
func (c *conn) next() (*http.Request, verdict) {
	for {
		read, _ := c.in.Peek(c.in.Buffered())
		r, length, v := parse(string(read))
		if v == plain {
			c.in.Discard(length)
			return r, plain
		}
		if v == other || len(read) == maxHead {
			return nil, other
		}
		if _, err := c.in.Peek(len(read) + 1); err != nil {
			return nil, v
		}
	}
}

// answer has the handler answer a request. One that is cut off within its body
// gets no answer.
func (c *conn) answer(h http.Handler, r *http.Request) error {
	body := make([]byte, r.ContentLength)
	if _, err := io.ReadFull(c.in, body); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.RemoteAddr = c.remote
	watch := c.watch()
	defer watch.end()
	w := response{header: http.Header{}}
	h.ServeHTTP(&w, r.WithContext(watch))
	watch.end()
	return c.send(&w)
}

// send writes a response at once. Its buffer is kept, unless it has become large.
func (c *conn) send(w *response) error {
	w.write(&c.out)
	_, err := c.out.WriteTo(c.Conn)
	if c.out.Cap() > 64<<10 {
		c.out = bytes.Buffer{}
	}
	return err
}
