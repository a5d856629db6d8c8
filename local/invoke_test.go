//go:build unix

package local

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/serverless-star/starjob/local/function"
)

func init() {
	programs["told"] = func() { lambda.Start(answerContext) }
}

// answerContext answers with what the function knows in addition to the event.
func answerContext(ctx context.Context) ([]string, error) {
	fmt.Println("told")
	c, _ := lambdacontext.FromContext(ctx)
	return []string{c.AwsRequestID, c.InvokedFunctionArn, c.ClientContext.Custom["a"]}, nil
}

const invokeTemplate = `
Resources:
  Function: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: code, Timeout: 100, AutoPublishAlias: live}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {Name: blue, FunctionName: !Ref Function, FunctionVersion: "1"}}
  Idle: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: code, Timeout: 100}}
  Stopped: {Type: AWS::Serverless::Function, Properties: {Runtime: provided.al2023, CodeUri: code, Timeout: 100, ReservedConcurrentExecutions: 0}}
`

// startTemplate starts a template for one test; of its functions, those named run.
func startTemplate(t *testing.T, template string, o Options, functions ...string) *Stack {
	t.Helper()
	o.Functions = functions
	s, err := Start(t.Context(), parse(t, template), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

const invokePath = "/2015-03-31/functions/Function/invocations"

func invokeBy(reference string) string {
	return strings.Replace(invokePath, "Function", strings.ReplaceAll(reference, ":", "%3A"), 1)
}

const functionARN = "arn:aws:lambda:us-east-1:000000000000:function:Function"

func TestInvokeAPI(t *testing.T) {
	t.Parallel()
	s := startTemplate(t, invokeTemplate, options(t, "echo"), "Function", "Stopped")
	for name, want := range map[string]struct {
		path, body string
		header     []string
		status     int
		kind       string // of an exception, or of the function's error
		answer     string
	}{
		"answer":            {invokePath, `{"a":1}`, nil, 200, "", `{"a":1}`},
		"wanted":            {invokePath, `1`, []string{"X-Amz-Invocation-Type", "RequestResponse", "X-Amz-Log-Type", "None"}, 200, "", `1`},
		"nothing":           {invokePath, ``, nil, 200, "", `{}`},
		"failure":           {invokePath, `"fail"`, nil, 200, "Unhandled", `{"errorMessage":"no such bucket","errorType":"errorString"}`},
		"dry":               {invokePath, `1`, []string{"X-Amz-Invocation-Type", "DryRun"}, 204, "", ``},
		"ARN":               {invokeBy(functionARN), `1`, nil, 200, "", `1`},
		"ARN and alias":     {invokeBy(functionARN + ":live"), `1`, nil, 200, "", `1`},
		"partial ARN":       {invokeBy("000000000000:function:Function"), `1`, nil, 200, "", `1`},
		"name and alias":    {invokeBy("Function:blue"), `1`, nil, 200, "", `1`},
		"latest":            {invokePath + "?Qualifier=$LATEST", `1`, nil, 200, "", `1`},
		"version":           {invokePath + "?Qualifier=1", `1`, nil, 200, "", `1`},
		"the same twice":    {invokeBy("Function:live") + "?Qualifier=live", `1`, nil, 200, "", `1`},
		"two aliases":       {invokeBy("Function:live") + "?Qualifier=blue", `1`, nil, 400, "InvalidParameterValueException", `"message":"The derived qualifier from the function name does not match the specified qualifier."`},
		"no such alias":     {invokePath + "?Qualifier=green", `1`, nil, 404, "ResourceNotFoundException", `{"Message":"Function not found: ` + functionARN + `:green","Type":"User"}`},
		"no such version":   {invokePath + "?Qualifier=2", `1`, nil, 404, "ResourceNotFoundException", `Function:2`},
		"no such function":  {invokeBy("Other"), `1`, nil, 404, "ResourceNotFoundException", `{"Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:Other","Type":"User"}`},
		"not running":       {invokeBy("Idle"), `1`, nil, 404, "ResourceNotFoundException", `star run runs only functions of jobs and of event source mappings`},
		"another account":   {invokeBy("111111111111:function:Function"), `1`, nil, 404, "ResourceNotFoundException", `111111111111`},
		"another region":    {invokeBy(strings.Replace(functionARN, "us-east-1", "eu-west-1", 1)), `1`, nil, 404, "ResourceNotFoundException", `'eu-west-1' are not reachable in this region ('us-east-1')`},
		"no name":           {invokeBy("a b"), `1`, nil, 400, "InvalidParameterValueException", `a b is not a function's name`},
		"no JSON":           {invokePath, `x`, nil, 400, "InvalidRequestContentException", `"message":"Could not parse request body into json`},
		"decoded":           {invokePath, "\xb2", []string{"User-Agent", "aws-cli/2.9.19 Python/3.11"}, 400, "InvalidRequestContentException", `decoded it from Base64: use --cli-binary-format raw-in-base64-out`},
		"largest":           {invokePath, quoted(6 << 20), nil, 200, "", quoted(6 << 20)},
		"too large":         {invokePath, quoted(6<<20 + 1), nil, 413, "RequestTooLargeException", `"message":"6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)"`},
		"largest event":     {invokePath, quoted(1 << 20), []string{"X-Amz-Invocation-Type", "Event"}, 202, "", ``},
		"too large for one": {invokePath, quoted(1<<20 + 1), []string{"X-Amz-Invocation-Type", "Event"}, 413, "RequestTooLargeException", `1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)`},
		"kind":              {invokePath, `1`, []string{"X-Amz-Invocation-Type", "Later"}, 400, "InvalidParameterValueException", `Later (allowed: RequestResponse, Event, DryRun)`},
		"log":               {invokePath, `1`, []string{"X-Amz-Log-Type", "Head"}, 400, "InvalidParameterValueException", `Head (allowed: None, Tail)`},
		"client":            {invokePath, `1`, []string{"X-Amz-Client-Context", "x"}, 400, "InvalidRequestContentException", `client context`},
		"throttled":         {invokeBy("Stopped"), `1`, nil, 429, "TooManyRequestsException", `"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"`},
	} {
		r, body := call(t, s, "POST", want.path, want.body, want.header...)
		h := r.Header
		if kind := h.Get("X-Amzn-Errortype") + h.Get("X-Amz-Function-Error"); r.StatusCode != want.status || kind != want.kind || !strings.Contains(body, want.answer) || len(h.Get("X-Amzn-Requestid")) != 36 {
			t.Errorf("%s: %d %q %.300s", name, r.StatusCode, h, body)
		}
		if version := h.Get("X-Amz-Executed-Version"); (version == "$LATEST") != (r.StatusCode == 200) {
			t.Errorf("%s: executed %q", name, version)
		}
	}
}

// quoted returns a JSON string of so many bytes.
func quoted(bytes int) string { return `"` + strings.Repeat("x", bytes-2) + `"` }

func TestInvokeAsynchronously(t *testing.T) {
	t.Parallel()
	o := options(t, "echo")
	printed := make(chan string, 10)
	o.Log = func(l Line) { printed <- l.Text }
	s := startStack(t, o, false)
	if r, body := call(t, s, "POST", invokePath, `"later"`, "X-Amz-Invocation-Type", "Event"); r.StatusCode != 202 || body != "" {
		t.Errorf("%d %s", r.StatusCode, body)
	}
	if line := <-printed; line != `event: "later"` {
		t.Errorf("printed %q", line)
	}
	if err := s.Drain(t.Context()); err != nil { // waits for it
		t.Error(err)
	}
}

func TestInvokeReturnsTheEndOfTheLog(t *testing.T) {
	t.Parallel()
	s := startStack(t, options(t, "echo"), false)
	r, _ := call(t, s, "POST", invokePath, `"hello"`, "X-Amz-Log-Type", "Tail")
	log, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Amz-Log-Result"))
	id := r.Header.Get("X-Amzn-Requestid")
	want := `^START RequestId: ` + id + ` Version: \$LATEST\nevent: "hello"\nEND RequestId: ` + id + `\nREPORT RequestId: ` + id + `\t`
	if err != nil || !regexp.MustCompile(want).Match(log) {
		t.Errorf("%v:\n%s", err, log)
	}
	if r, _ := call(t, s, "POST", invokePath, quoted(5000), "X-Amz-Log-Type", "Tail"); len(r.Header.Get("X-Amz-Log-Result")) != base64.StdEncoding.EncodedLen(4096) {
		t.Errorf("%q", r.Header)
	}
	if r, _ := call(t, s, "POST", invokePath, `1`); r.Header["X-Amz-Log-Result"] != nil {
		t.Errorf("%q", r.Header)
	}
}

func TestInvokePassesOnTheClientContext(t *testing.T) {
	t.Parallel()
	s := startTemplate(t, invokeTemplate, options(t, "told"), "Function")
	client := base64.StdEncoding.EncodeToString([]byte(`{"custom": {"a": "b"}}`))
	r, body := call(t, s, "POST", invokePath+"?Qualifier=blue", `{}`, "X-Amz-Client-Context", client)
	var got []string
	if err := json.Unmarshal([]byte(body), &got); err != nil || len(got) != 3 {
		t.Fatal(body)
	}
	if got[0] != r.Header.Get("X-Amzn-Requestid") || got[1] != functionARN+":blue" || got[2] != "b" {
		t.Errorf("%q", got)
	}
}

func TestInvokeStopsRecursiveLoops(t *testing.T) {
	t.Parallel()
	const template = `
Resources:
  Function: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code, Timeout: 100}}
  Loop: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code, Timeout: 100, RecursiveLoop: Allow}}
`
	s := startTemplate(t, template, options(t, "told"), "Function", "Loop")
	trace := func(f string, hops int) string {
		return fmt.Sprintf("Root=1-1-1;Lineage=%s:%d", function.LineageID(f), hops)
	}
	for _, c := range []struct {
		function string
		hops     int
		status   int
	}{{"Function", 15, 200}, {"Function", 16, 400}, {"Loop", 16, 200}} {
		r, body := call(t, s, "POST", invokeBy(c.function), `{}`, "X-Amzn-Trace-Id", trace(c.function, c.hops))
		if r.StatusCode != c.status || c.status == 400 && (r.Header.Get("X-Amzn-Errortype") != "RecursiveInvocationException" || !strings.Contains(body, "RecursiveLoop")) {
			t.Errorf("%+v: %s %s", c, r.Status, body)
		}
	}
}

func TestInvokeRefusesOverTheReservedConcurrency(t *testing.T) {
	t.Parallel()
	g, o := newGate(t, "hang")
	s := startTemplate(t, `
Resources:
  Function: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code, Timeout: 100, ReservedConcurrentExecutions: 1}}
`, o, "Function")
	first := make(chan *http.Response)
	go func() {
		r, _ := call(t, s, "POST", invokePath, `{}`)
		first <- r
	}()
	c := g.accept()
	if r, _ := call(t, s, "POST", invokePath, `{}`); r.StatusCode != 429 {
		t.Error(r.Status)
	}
	c.Close()
	if r := <-first; r.StatusCode != 200 {
		t.Error(r.Status)
	}
}
