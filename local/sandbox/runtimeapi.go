package sandbox

import (
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"strconv"
)

// serve serves the Runtime API to the process until its server is closed; then the
// returned channel is closed.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (p *process) serve(listener net.Listener) <-chan struct{} {
	p.server = &http.Server{
		Handler:        p.routes(),
		MaxHeaderBytes: 4 << 20, // clients report an error's cause of up to 1 MB in a header
		ConnState:      p.countConnections,
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = p.server.Serve(listener) // ends with Close
	}()
	return served
}

// countConnections counts every connection until nothing is left of it.
func (p *process) countConnections(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		p.connections.Add(1)
	case http.StateClosed:
		p.connections.Done()
	}
}

func (p *process) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", p.serveNext)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", p.serveResponse)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", p.serveError)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", p.serveInitError)
	mux.HandleFunc("POST /2020-01-01/extension/register", p.serveRegister)
	mux.HandleFunc("GET /2020-01-01/extension/event/next", p.serveExtension)
	return mux
}

// serveNext replies with the next event, however long that takes.
func (p *process) serveNext(w http.ResponseWriter, r *http.Request) {
	polling, ok := p.poll()
	if !ok {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the current invocation has no response yet")
		return
	}
	select {
	case i := <-polling:
		p.serveEvent(w, i)
	case <-r.Context().Done():
		p.dropPoll(polling)
	case <-p.exited:
	}
}

// serveEvent replies to a poll with an event, or refuses if the poll was superseded.
func (p *process) serveEvent(w http.ResponseWriter, i *invocation) {
	if i != nil && i.tail != nil {
		p.drainOutputs() // earlier output comes before the START line
	}
	deadline, ok := p.beginInvocation(i)
	if !ok {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "a newer request for the next invocation replaced this one")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", i.RequestID)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", p.runner.invokedARN(i.Qualifier))
	h.Set("Lambda-Runtime-Trace-Id", i.trace)
	if i.ClientContext != "" {
		h.Set("Lambda-Runtime-Client-Context", i.ClientContext)
	}
	reply(w, http.StatusOK, i.Payload)
}

func (p *process) serveResponse(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	var tooLong overLimit
	if errors.As(err, &tooLong) {
		result := Result{FunctionError: unhandled, Payload: errorBody("Function.ResponseSizeTooLarge",
			"Response payload size exceeded maximum allowed payload size ("+strconv.Itoa(int(tooLong))+" bytes).")}
		p.accept(w, r, result, func() { tooLarge(w, tooLong) })
		return
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated")
		return
	}
	// Runtimes report an error that occurs while they write a response in trailers:
	// aws-lambda-go does if a handler returns an io.Reader that fails.
	if r.Trailer.Get("Lambda-Runtime-Function-Error-Type") != "" {
		if body, err = base64.StdEncoding.DecodeString(r.Trailer.Get("Lambda-Runtime-Function-Error-Body")); err != nil {
			body = nil
		}
		p.acceptError(w, r, r.Trailer.Get("Lambda-Runtime-Function-Error-Type"), body)
		return
	}
	p.accept(w, r, Result{Payload: body}, func() { accepted(w) })
}

func (p *process) serveError(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	var tooLong overLimit
	if errors.As(err, &tooLong) {
		body = nil
	} else if err != nil {
		refuse(w, http.StatusBadRequest, "TruncatedHTTPRequest", "HTTP request detected as truncated")
		return
	}
	p.acceptError(w, r, r.Header.Get("Lambda-Runtime-Function-Error-Type"), body)
}

func (p *process) acceptError(w http.ResponseWriter, r *http.Request, kind string, body []byte) {
	result := Result{FunctionError: unhandled, Payload: orError(body, kind)}
	p.accept(w, r, result, func() { accepted(w) })
}

// accept ends the invocation that the path names with its result, and replies.
func (p *process) accept(w http.ResponseWriter, r *http.Request, result Result, confirm func()) {
	p.drainOutputs()
	switch p.answer(r.PathValue("id"), result) {
	case answerTaken:
		confirm()
	case answerRepeated:
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the invocation already has a response")
	case answerUnknown:
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
	}
}

func (p *process) serveInitError(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	if err != nil {
		body = nil
	}
	if !p.setInitError(orError(body, r.Header.Get("Lambda-Runtime-Function-Error-Type"))) {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the init phase is over")
		return
	}
	accepted(w)
}

// orError returns an error's body, or, if it is empty, one that is made of the
// error's kind.
func orError(body []byte, kind string) []byte {
	if len(body) > 0 {
		return body
	}
	if kind == "" {
		kind = "Runtime.Unknown"
	}
	return errorBody(kind, "the function reported an error without a message")
}

// serveRegister accepts an internal extension, such as the one that aws-lambda-go
// registers in order to receive SIGTERM.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
func (p *process) serveRegister(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Lambda-Extension-Name") == "" {
		refuse(w, http.StatusForbidden, "Extension.InvalidExtensionName", "Empty extension name")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Extension-Identifier", NewRequestID())
	reply(w, http.StatusOK, p.runner.registration)
}

// serveExtension blocks until the process has exited: extensions get no events.
func (p *process) serveExtension(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-p.exited:
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
