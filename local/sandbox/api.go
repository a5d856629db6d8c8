package sandbox

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
)

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

// serveNext answers with the next event, however long that takes.
func (p *process) serveNext(w http.ResponseWriter, r *http.Request) {
	polling, ok := p.poll()
	if !ok {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the current invocation has no answer yet")
		return
	}
	select {
	case i := <-polling:
		p.deliver(w, i)
	case <-r.Context().Done():
		p.hangUp(polling)
	case <-p.over:
	}
}

// deliver answers a poll with an event, or with none if it was superseded.
func (p *process) deliver(w http.ResponseWriter, i *invocation) {
	if i != nil && i.record != nil {
		p.drain() // what was printed before belongs before
	}
	deadline, ok := p.begin(i)
	if !ok {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "another poll has taken this one's place")
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
	body, err := p.readResponse(r)
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
	// A stream that broke off tells so at its end.
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

// accept takes the answer to the invocation that the path names.
func (p *process) accept(w http.ResponseWriter, r *http.Request, result Result, confirm func()) {
	p.drain()
	switch p.answer(r.PathValue("id"), result) {
	case taken:
		confirm()
	case repeated:
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the invocation has been answered already")
	case unknown:
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
	}
}

func (p *process) serveInitError(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(r)
	if err != nil {
		body = nil
	}
	if !p.noteInitError(orError(body, r.Header.Get("Lambda-Runtime-Function-Error-Type"))) {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the init phase is over")
		return
	}
	accepted(w)
}

// orError is an error's body, or one made of its kind where there is none.
func orError(body []byte, kind string) []byte {
	if len(body) > 0 {
		return body
	}
	if kind == "" {
		kind = "Runtime.Unknown"
	}
	return errorBody(kind, "the function reported an error without a message")
}
