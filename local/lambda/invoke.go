package lambda

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"github.com/serverless-star/starjob/local/arn"
	"github.com/serverless-star/starjob/local/function"
	"github.com/serverless-star/starjob/local/sandbox"
)

// Invoke serves Lambda's Invoke API, with the function as {name} in the path.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func (a *API) Invoke(w http.ResponseWriter, r *http.Request) {
	c, refused := a.readRequest(w, r)
	if refused != nil {
		refused.write(w)
		return
	}
	switch c.kind {
	case "DryRun":
		w.WriteHeader(http.StatusNoContent)
	case "Event":
		c.in.Tail, c.in.ClientContext = false, "" // are for synchronous invocations only
		a.inBackground(func(ctx context.Context) { invokeAsync(ctx, c.function, c.in) })
		w.WriteHeader(http.StatusAccepted)
	default:
		a.answer(w, c)
	}
}

// answer runs a synchronous invocation. It does not stop a function whose client is
// gone: nor does Lambda.
func (a *API) answer(w http.ResponseWriter, c request) {
	defer a.activity.Begin()()
	c.in.WaitTimeout = c.function.WaitTimeout
	result, err := c.function.Run(a.working, c.in)
	if err != nil {
		failed(err).write(w)
		return
	}
	h := w.Header()
	h.Set("X-Amz-Executed-Version", arn.Latest)
	if result.FunctionError != "" {
		h.Set("X-Amz-Function-Error", result.FunctionError)
	}
	if c.in.Tail {
		h.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(result.Log))
	}
	_, _ = w.Write(result.Payload) // fails if the client is gone
}

// retryDelays are when Lambda retries an asynchronous invocation that failed.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
var retryDelays = [...]time.Duration{time.Minute, 2 * time.Minute}

// invokeAsync runs an invocation that nobody waits for. Its failures are in the
// function's log and state. Events wait for a function that is busy, as they do in
// Lambda's own queue.
func invokeAsync(ctx context.Context, f *function.Function, in sandbox.Invocation) {
	for attempt := 0; ; attempt++ {
		_, err := f.Invoke(ctx, in)
		var failure *function.Error
		if !errors.As(err, &failure) || attempt == len(retryDelays) {
			return
		}
		select {
		case <-time.After(retryDelays[attempt]):
		case <-ctx.Done():
			return
		}
	}
}
