package front

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// ask sends one request and reads its answer.
func ask(t *testing.T, c net.Conn, in *bufio.Reader, request string) string {
	t.Helper()
	if _, err := io.WriteString(c, request); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// A handler that waits must notice that its client has gone: a queue would hand
// a message to nobody, and hide it for as long as its visibility timeout.
func TestWhoWaitsNoticesThatTheClientHasGone(t *testing.T) {
	waiting, noticed := make(chan bool), make(chan error)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done := r.Context().Done()
		waiting <- true
		<-done
		noticed <- r.Context().Err()
	}), true)
	c := dial(t, server)
	io.WriteString(c, post)
	<-waiting
	c.Close()
	if err := <-noticed; err == nil {
		t.Error("the context has ended without an error")
	}
}

// Who has waited, and was answered, may send the next request, as may who sends
// it at once.
func TestTheConnectionIsReadOnAfterWaiting(t *testing.T) {
	waiting, enough := make(chan bool, 1), make(chan bool)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a/b" {
			done := r.Context().Done()
			waiting <- true
			select {
			case <-done:
				t.Error("the client has not gone")
			case <-enough:
			}
		}
		echo(w, r)
	}), true)
	for now, later := range map[string]string{post: none, post + none: ""} {
		c := dial(t, server)
		in := bufio.NewReader(c)
		for range 3 {
			io.WriteString(c, now)
			<-waiting
			enough <- true
			if got := ask(t, c, in, ""); !strings.Contains(got, `body="body"`) {
				t.Errorf("got %s", got)
			}
			if got := ask(t, c, in, later); !strings.HasPrefix(got, `POST "/a"`) {
				t.Errorf("got %s", got)
			}
		}
	}
}

func TestTheContextEndsWithItsRequest(t *testing.T) {
	for name, before := range map[string]bool{"asked for before": true, "asked for afterwards": false} {
		var done func() <-chan struct{}
		server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			done = r.Context().Done
			if before {
				done()
			}
		}), true)
		c := dial(t, server)
		ask(t, c, bufio.NewReader(c), none)
		<-done()
		if _, err := io.WriteString(c, none); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A panic ends its connection and nothing else.
func TestAPanicEndsTheConnection(t *testing.T) {
	var said bytes.Buffer
	log.SetOutput(&said)
	defer log.SetOutput(os.Stderr)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			panic("oh")
		}
		echo(w, r)
	}), true)
	if got := answers(t, server, none); got != nil {
		t.Errorf("answered %q", got)
	}
	if got := answers(t, server, post); len(got) != 1 {
		t.Errorf("answered %q afterwards", got)
	}
	log.SetOutput(os.Stderr) // nothing is said any more
	if !strings.Contains(said.String(), "oh") {
		t.Errorf("logged %q", &said)
	}
}

func TestClosingEndsAllConnections(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := New(l, http.HandlerFunc(echo))
	c := dial(t, l.Addr())
	ask(t, c, bufio.NewReader(c), none)
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("read %d bytes", n)
	}
	if _, err := f.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v", err)
	}
	if err := f.Close(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Close once more: %v", err)
	}
}

// failing is a listener that fails once, and then is closed.
type failing struct {
	net.Listener
	failures chan error
}

func (l failing) Accept() (net.Conn, error) {
	if err, ok := <-l.failures; ok {
		return nil, err
	}
	return l.Listener.Accept()
}

// The http.Server waits out a lack of file descriptors, but must hear of it.
func TestErrorsAreHandedOn(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	failures := make(chan error, 1)
	failures <- os.ErrDeadlineExceeded
	close(failures)
	f := New(failing{l, failures}, http.HandlerFunc(echo))
	defer f.Close()
	if _, err := f.Accept(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Accept: %v", err)
	}
	if got := answers(t, l.Addr(), none); len(got) != 1 {
		t.Errorf("answered %q afterwards", got)
	}
}
