package sandbox

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
)

// serve answers the process's calls of the Runtime API until its server is
// closed; the channel then is.
func (p *process) serve(listener net.Listener) <-chan struct{} {
	p.server = &http.Server{
		Handler:        p.routes(),
		MaxHeaderBytes: 4 << 20, // clients report causes of errors of 1 MB in a header
		ConnState:      p.count,
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = p.server.Serve(listener) // ends with Close
	}()
	return served
}

// count knows of every connection until nothing is left of it.
func (p *process) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		p.connections.Add(1)
	case http.StateClosed:
		p.connections.Done()
	}
}

// overLimit is the error of a body that is larger than so many bytes.
type overLimit int

func (most overLimit) Error() string {
	return "Exceeded maximum allowed payload size (" + strconv.Itoa(int(most)) + " bytes)."
}

// readBody reads all of a body that is too large as well, so that the client
// gets to read the reply.
func readBody(r *http.Request) ([]byte, error) {
	size := max(512, min(r.ContentLength+1, maxResponseBytes+1))
	body := make([]byte, 0, size)
	for {
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
		n, err := r.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if len(body) > maxResponseBytes {
			_, err := io.Copy(io.Discard, r.Body)
			return nil, errors.Join(overLimit(maxResponseBytes), err)
		}
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func accepted(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	reply(w, http.StatusAccepted, []byte(`{"status":"OK"}`))
}

func tooLarge(w http.ResponseWriter, problem overLimit) {
	refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", problem.Error())
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	reply(w, status, errorBody(kind, message))
}

func reply(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that is gone needs no reply
}
