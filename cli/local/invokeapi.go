package local

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/serverless-star/starjob/cli/local/sandbox"
)

// maxAsyncBytes bounds the payload of an invocation that nobody waits for.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxAsyncBytes = 1 << 20

// serveInvoke is Lambda's Invoke API.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func (s *Stack) serveInvoke(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	name := functionOf(r.PathValue("name"))
	f := s.functionNamed(name)
	if f == nil {
		refuse(w, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+name+": only functions of jobs and of queues' mappings run here")
		return
	}
	kind, most := r.Header.Get("X-Amz-Invocation-Type"), sandbox.MaxPayloadBytes
	if kind == "Event" {
		most = maxAsyncBytes
	}
	event, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, "InvalidRequestContentException", "The payload could not be read: "+err.Error())
		return
	case len(event) > most:
		refuse(w, http.StatusRequestEntityTooLarge, "RequestTooLargeException", "Request must be smaller than "+strconv.Itoa(most)+" bytes for the InvokeFunction operation")
		return
	case len(event) == 0:
		event = []byte("{}")
	case !json.Valid(event):
		refuse(w, http.StatusBadRequest, "InvalidRequestContentException", "Could not parse request body into json: the payload is not valid JSON")
		return
	}
	s.serveKind(w, f, kind, event)
}

func (s *Stack) serveKind(w http.ResponseWriter, f *function, kind string, event []byte) {
	switch kind {
	case "DryRun":
		w.WriteHeader(http.StatusNoContent)
	case "Event":
		s.later(func(ctx context.Context) { f.invokeAsync(ctx, event) })
		w.WriteHeader(http.StatusAccepted)
	case "", "RequestResponse":
		s.serveAnswer(w, f, event)
	default:
		refuse(w, http.StatusBadRequest, "InvalidParameterValueException", "The invocation type "+kind+" is none of RequestResponse, Event and DryRun")
	}
}

// serveAnswer does not stop a function whose client is gone: nor does Lambda.
func (s *Stack) serveAnswer(w http.ResponseWriter, f *function, event []byte) {
	defer s.track()()
	result, err := f.run(s.working, sandbox.Invocation{Payload: event})
	if err != nil {
		refuse(w, http.StatusInternalServerError, "ServiceException", err.Error())
		return
	}
	h := w.Header()
	h.Set("X-Amzn-Requestid", result.RequestID)
	h.Set("X-Amz-Executed-Version", "$LATEST")
	if result.FunctionError != "" {
		h.Set("X-Amz-Function-Error", result.FunctionError)
	}
	_, _ = w.Write(result.Payload) // fails where the client is gone
}

// refuse answers as Lambda refuses a request.
func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("X-Amzn-Errortype", kind)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct{ Type, Message string }{"User", message})
}

func (s *Stack) functionNamed(name string) *function {
	for _, f := range s.functions {
		if f.name == name {
			return f
		}
	}
	return nil
}

// retries are when Lambda tries an asynchronous invocation again that failed.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
var retries = [...]time.Duration{time.Minute, 2 * time.Minute}

// invokeAsync runs an invocation that nobody waits for; its failures are in the
// function's log and state.
func (f *function) invokeAsync(ctx context.Context, event []byte) {
	for attempt := 0; ; attempt++ {
		_, err := f.invoke(ctx, sandbox.Invocation{Payload: event})
		var failure *FunctionError
		if !errors.As(err, &failure) || attempt == len(retries) {
			return
		}
		select {
		case <-time.After(retries[attempt]):
		case <-ctx.Done():
			return
		}
	}
}

// later does something in the background, until the stack is closed.
func (s *Stack) later(do func(context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	done := s.track()
	s.background.Go(func() {
		defer done()
		do(s.working)
	})
}
