package local

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/serverless-star/starjob/local/sandbox"
)

// serveInvoke is Lambda's Invoke API.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func (s *Stack) serveInvoke(w http.ResponseWriter, r *http.Request) {
	c, refused := s.readRequest(w, r, "RequestResponse", "Event", "DryRun")
	if refused != nil {
		refused.answer(w)
		return
	}
	switch c.kind {
	case "DryRun":
		w.WriteHeader(http.StatusNoContent)
	case "Event":
		c.in.Tail, c.in.ClientContext = false, "" // both are for those who wait
		s.later(func(ctx context.Context) { c.function.invokeAsync(ctx, c.in) })
		w.WriteHeader(http.StatusAccepted)
	default:
		s.serveAnswer(w, c)
	}
}

// serveAnswer does not stop a function whose client is gone: nor does Lambda.
func (s *Stack) serveAnswer(w http.ResponseWriter, c request) {
	defer s.track()()
	c.in.WaitTimeout = c.function.patience
	result, err := c.function.run(s.working, c.in)
	if err != nil {
		failed(err).answer(w)
		return
	}
	h := w.Header()
	h.Set("X-Amz-Executed-Version", latest)
	if result.FunctionError != "" {
		h.Set("X-Amz-Function-Error", result.FunctionError)
	}
	if c.in.Tail {
		h.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(result.Log))
	}
	_, _ = w.Write(result.Payload) // fails where the client is gone
}

// request is an invocation that a client asks for.
type request struct {
	function *function
	kind     string
	in       sandbox.Invocation
}

// readRequest reads a request of one of the kinds that its API knows, the first of
// which is meant where none is named.
func (s *Stack) readRequest(w http.ResponseWriter, r *http.Request, kinds ...string) (request, *apiError) {
	c := request{kind: r.Header.Get("X-Amz-Invocation-Type"), in: sandbox.Invocation{RequestID: sandbox.NewRequestID()}}
	w.Header().Set("X-Amzn-Requestid", c.in.RequestID)
	w.Header().Set("Content-Type", "application/json")
	var refused *apiError
	if c.function, c.in.Qualifier, refused = s.target(r.PathValue("name"), r.URL.Query().Get("Qualifier")); refused != nil {
		return c, refused
	}
	if c.kind == "" {
		c.kind = kinds[0]
	}
	if !slices.Contains(kinds, c.kind) {
		return c, invalidParameter("the invocation type " + c.kind + " is none of " + strings.Join(kinds, ", "))
	}
	switch log := r.Header.Get("X-Amz-Log-Type"); log {
	case "Tail":
		c.in.Tail = true
	case "", "None":
	default:
		return c, invalidParameter("the log type " + log + " is none of None, Tail")
	}
	if c.in.ClientContext, refused = clientContext(r.Header.Get("X-Amz-Client-Context")); refused != nil {
		return c, refused
	}
	if c.in.Lineage, refused = c.function.follow(r.Header.Get("X-Amzn-Trace-Id")); refused != nil {
		return c, refused
	}
	c.in.Payload, refused = readPayload(r, c.kind)
	return c, refused
}

// clientContext reads what a client tells of itself.
func clientContext(header string) (string, *apiError) {
	const most = 3583
	text, err := base64.StdEncoding.DecodeString(header)
	var object map[string]any
	switch {
	case header == "":
		return "", nil
	case len(header) > most:
		return "", invalidContent("the client context is over 3,583 bytes")
	case err != nil || json.Unmarshal(text, &object) != nil:
		return "", invalidContent("the client context is no Base64-encoded JSON object")
	}
	line, err := json.Marshal(object)
	if err != nil {
		return "", invalidContent(err.Error())
	}
	return string(line), nil
}

// follow is the lineage of an invocation by a caller that has one: Lambda's
// recursive loop detection sees functions that invoke each other as well.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
func (f *function) follow(trace string) (string, *apiError) {
	came, mark := lineageOf(trace), markOf(f.name)
	switch {
	case len(came) == 0:
		return "", nil
	case !f.loops && came.count(mark) >= maxHops:
		err := &LoopError{f.name}
		f.crashed(err)
		return "", &apiError{status: http.StatusBadRequest, kind: "RecursiveInvocationException", message: err.Error()}
	}
	return came.through(mark).String(), nil
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
// function's log and state. Events wait for a function that is busy, as they
// do in Lambda's own queue.
func (f *function) invokeAsync(ctx context.Context, in sandbox.Invocation) {
	for attempt := 0; ; attempt++ {
		_, err := f.invoke(ctx, in)
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
