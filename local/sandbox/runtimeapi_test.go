//go:build unix

package sandbox

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// client calls the Runtime API in place of a process that does not.
type client struct {
	t       *testing.T
	address string
	*fixture
	invoked chan Result // of the invocation that started the process
}

// answer is a reply of the Runtime API.
type answer struct {
	status int
	header http.Header
	body   string
}

// newClient invokes a function whose process prints the address of its Runtime API,
// and does nothing else.
func newClient(t *testing.T, change ...func(*Host, *Function)) *client {
	t.Helper()
	c := &client{t: t, fixture: newFixture(t, "announce", change...), invoked: make(chan Result, 10)}
	c.invoke("first")
	<-c.more
	out, _ := c.lines()
	c.address = "http://" + out[0]
	return c
}

// invoke starts an invocation, whose result is sent to c.invoked.
func (c *client) invoke(payload string) {
	go func() {
		if result, err := c.Invoke(context.Background(), Invocation{Payload: []byte(payload)}); err == nil {
			c.invoked <- result
		}
	}()
}

func (c *client) call(ctx context.Context, method, path, body string, header ...string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.address+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for n := 0; n < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer reply.Body.Close()
	got, err := io.ReadAll(reply.Body)
	if reply.ContentLength != int64(len(got)) {
		c.t.Errorf("Content-Length %d of %d bytes", reply.ContentLength, len(got))
	}
	return answer{reply.StatusCode, reply.Header, string(got)}, err
}

func (c *client) next() answer {
	c.t.Helper()
	got, err := c.call(c.t.Context(), "GET", "/2018-06-01/runtime/invocation/next", "")
	if err != nil {
		c.t.Fatal(err)
	}
	return got
}

func (c *client) post(path, body string, header ...string) answer {
	c.t.Helper()
	got, err := c.call(c.t.Context(), "POST", path, body, header...)
	if err != nil {
		c.t.Fatal(err)
	}
	return got
}

func (a answer) id() string { return a.header.Get("Lambda-Runtime-Aws-Request-Id") }

func (a answer) invocation(end string) string {
	return "/2018-06-01/runtime/invocation/" + a.id() + end
}

func (a answer) want(t *testing.T, status int, part string) {
	t.Helper()
	if a.status != status || !strings.Contains(a.body, part) {
		t.Errorf("got %d %s, want %d with %s", a.status, a.body, status, part)
	}
}

const (
	ok           = `{"status":"OK"}`
	invalidState = `"errorType":"InvalidStateTransition"`
	invalidID    = `"errorType":"InvalidRequestID"`
)

func TestTheRuntimeAPI(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	first := c.next()
	first.want(t, 200, "first")
	if first.header.Get("Content-Type") != "application/json" {
		t.Errorf("%v", first.header)
	}
	c.next().want(t, 403, invalidState) // the current event has no response yet
	c.post("/2018-06-01/runtime/invocation/nonsense/response", "x").want(t, 400, invalidID)
	c.post("/2018-06-01/runtime/init/error", "x").want(t, 403, invalidState)
	c.post(first.invocation("/response"), "one").want(t, 202, ok)
	if r := <-c.invoked; string(r.Payload) != "one" || r.RequestID != first.id() || r.FunctionError != "" || r.Duration <= 0 {
		t.Errorf("%+v", r)
	}
	c.post(first.invocation("/response"), "two").want(t, 403, invalidState)
	c.post(first.invocation("/error"), "two").want(t, 403, invalidState)

	c.invoke("second")
	second := c.next()
	second.want(t, 200, "second")
	c.post(first.invocation("/response"), "late").want(t, 400, invalidID)
	c.post(second.invocation("/error"), `{"errorType":"E","errorMessage":"m"}`, "Lambda-Runtime-Function-Error-Type", "Other").want(t, 202, ok)
	if r := <-c.invoked; failureOf(t, r) != (failure{"E", "m"}) {
		t.Errorf("%+v", r)
	}
	c.invoke("big")
	big := c.next()
	c.post(big.invocation("/error"), strings.Repeat("x", 7<<20)).want(t, 202, ok)
	if f := failureOf(t, <-c.invoked); f.ErrorType != "Runtime.Unknown" {
		t.Errorf("%+v", f)
	}
	c.invoke("third")
	third := c.next()
	c.post(third.invocation("/error"), "", "Lambda-Runtime-Function-Error-Type", "Function.Odd").want(t, 202, ok)
	if f := failureOf(t, <-c.invoked); f.ErrorType != "Function.Odd" || f.ErrorMessage == "" {
		t.Errorf("%+v", f)
	}
	if s := c.Stats(); s != (Stats{ColdStarts: 1, Invocations: 4, Errors: 3}) {
		t.Errorf("%+v", s)
	}
}

func TestOversizeResponse(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	first := c.next()
	c.post("/2018-06-01/runtime/invocation/nonsense/response", strings.Repeat("x", 7<<20)).want(t, 400, invalidID)
	c.post(first.invocation("/response"), strings.Repeat("x", 7<<20)).want(t, 413, `"errorType":"RequestEntityTooLarge"`)
	if f := failureOf(t, <-c.invoked); f.ErrorType != "Function.ResponseSizeTooLarge" {
		t.Errorf("%+v", f)
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for path, want := range map[string]int{"/": 404, "/2018-06-01/ping": 404, "/2018-06-01/runtime/invocation/next": 405} {
		if got, err := c.call(t.Context(), "PUT", path, ""); err != nil || got.status != want {
			t.Errorf("%s: got %d, %v", path, got.status, err)
		}
	}
}

func TestInitErrorReport(t *testing.T) {
	t.Parallel()
	c := newClient(t, func(h *Host, _ *Function) { h.termGrace = 50 * time.Millisecond })
	c.post("/2018-06-01/runtime/init/error", `{"errorType":"Function.NoConfig","errorMessage":"no configuration"}`).want(t, 202, ok)
	r := <-c.invoked // the process does not exit by itself and is killed
	if failureOf(t, r) != (failure{"Function.NoConfig", "no configuration"}) || !r.InitError {
		t.Errorf("%+v", r)
	}
}

func TestANewPollSupersedesTheOld(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	first := c.next()
	c.post(first.invocation("/response"), "one")
	<-c.invoked
	old := make(chan answer, 1)
	go func() { old <- c.next() }()
	c.awaitIdle(1)
	fresh := make(chan answer, 1)
	go func() { fresh <- c.next() }()
	// Whichever came first is refused; the other gets the event.
	var refused answer
	left := fresh
	select {
	case refused = <-old:
	case refused = <-fresh:
		left = old
	}
	refused.want(t, 403, invalidState)
	c.invoke("second")
	(<-left).want(t, 200, "second")
}

func TestADroppedPollLosesNoEvent(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	first := c.next()
	c.post(first.invocation("/response"), "one")
	<-c.invoked
	ctx, hangUp := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if _, err := c.call(ctx, "GET", "/2018-06-01/runtime/invocation/next", ""); err == nil {
			t.Error("the poll was answered")
		}
	}()
	c.awaitIdle(1)
	hangUp()
	<-ended
	c.await(func() bool { return c.idle[0].polling == nil })
	c.invoke("second")
	c.next().want(t, 200, "second")
}

func TestAProcessThatNeverPollsAgainIsKilled(t *testing.T) {
	t.Parallel()
	c := newClient(t, timeout(200*time.Millisecond))
	first := c.next()
	c.post(first.invocation("/response"), "one").want(t, 202, ok)
	if r := <-c.invoked; string(r.Payload) != "one" {
		t.Errorf("%+v", r)
	}
	// The next invocation waits for the process, which is killed after its timeout,
	// and then gets another process.
	c.invoke("second")
	<-c.more
	out, _ := c.lines()
	c.address = "http://" + out[1]
	c.next().want(t, 200, "second")
	if s := c.Stats(); s.Invocations != 1 || s.Errors != 0 || s.ColdStarts != 2 {
		t.Errorf("%+v", s)
	}
}

func TestAnotherProcessStartsIfOneDoesNotPollAgain(t *testing.T) {
	t.Parallel()
	c := newClient(t, concurrency(2))
	first := c.next()
	c.post(first.invocation("/response"), "one").want(t, 202, ok)
	<-c.invoked
	c.invoke("second") // another process is started
	<-c.more
	out, _ := c.lines()
	c.address = "http://" + out[1]
	c.next().want(t, 200, "second")
}

func TestATruncatedResponseDoesNotCount(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	first := c.next()
	r, err := http.NewRequestWithContext(t.Context(), "POST", c.address+first.invocation("/response"), io.MultiReader(bytes.NewReader([]byte("half")), failing{}))
	if err != nil {
		t.Fatal(err)
	}
	if reply, err := http.DefaultClient.Do(r); err == nil {
		t.Errorf("got %s", reply.Status)
		reply.Body.Close()
	}
	c.post(first.invocation("/response"), "whole").want(t, 202, ok)
	if r := <-c.invoked; string(r.Payload) != "whole" {
		t.Errorf("%+v", r)
	}
}

func TestExtensionsRegister(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.post("/2020-01-01/extension/register", `{"events":[]}`).want(t, 403, "InvalidExtensionName")
	got := c.post("/2020-01-01/extension/register", `{"events":[]}`, "Lambda-Extension-Name", "x")
	got.want(t, 200, `{"functionName":"f","functionVersion":"$LATEST","handler":"h"}`)
	if got.header.Get("Lambda-Extension-Identifier") == "" {
		t.Errorf("%v", got.header)
	}
}
