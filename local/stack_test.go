//go:build unix

package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/serverless-star/starjob/macro/cfn"
)

const stackTemplate = `
Resources:
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 600}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {Runtime: provided.al2023, Handler: h, Code: code, Timeout: 100, Environment: {Variables: {QUEUE: !Ref Work, AA: template, BB: template}}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Function, BatchSize: 2, Enabled: ENABLED}
`

// options returns the options of a stack whose function's code is the test binary.
func options(t *testing.T, program string) Options {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "code"), 0o700), os.Symlink(binary, filepath.Join(dir, "code", "bootstrap"))); err != nil {
		t.Fatal(err)
	}
	return Options{Dir: dir, Inherit: map[string]string{programVariable: program}, Concurrency: 3, Functions: []string{"Function"}}
}

func parse(t *testing.T, text string) *cfn.Node {
	t.Helper()
	template, problems := cfn.Parse([]byte(text))
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	return template
}

// startStack starts stackTemplate for one test.
func startStack(t *testing.T, o Options, enabled bool) *Stack {
	t.Helper()
	s, err := Start(t.Context(), parse(t, strings.ReplaceAll(stackTemplate, "ENABLED", strconv.FormatBool(enabled))), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestDrainWaitsForAllWork(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	records := 0
	o := options(t, "relay")
	o.Log = func(l Line) {
		var n int
		fmt.Sscanf(l.Text, "records: %d", &n)
		mu.Lock()
		defer mu.Unlock()
		records += n
	}
	s := startStack(t, o, true)
	for round := 1; round <= 3; round++ {
		if err := s.Send("Work", "5"); err != nil {
			t.Fatal(err)
		}
		if err := s.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		now := s.Snapshot()
		want := 63 * round // 1 + 2 + 4 + … + 32
		if q := now.Queues["Work"]; q.Arrived != want || q.Waiting+q.InFlight+q.Delayed != 0 {
			t.Errorf("%+v", q)
		}
		if m := now.Mappings["Mapping"]; m != (MappingState{Received: want, Succeeded: want}) {
			t.Errorf("%+v", m)
		}
		if f := now.Functions["Function"]; f.Errors != 0 || f.ColdStarts < 1 || f.ColdStarts > 3 || f.Durations.Count != f.Invocations {
			t.Errorf("%+v", f)
		}
		mu.Lock()
		if records != want { // all output has arrived when the work is done
			t.Errorf("the log has %d records, want %d", records, want)
		}
		mu.Unlock()
	}
}

func TestDrainReturnsWhyAFunctionDoesNotStart(t *testing.T) {
	t.Parallel()
	s := startStack(t, options(t, "broken"), true)
	if err := s.Send("Work", "1"); err != nil {
		t.Fatal(err)
	}
	err := s.Drain(t.Context())
	var failure *StartError
	if !errors.As(err, &failure) || failure.Function != "Function" || !strings.HasSuffix(err.Error(), "exit status 1\n  TABLE is not set") {
		t.Errorf("got %v", err)
	}
	if q := s.Snapshot().Queues["Work"]; q.InFlight != 1 {
		t.Errorf("%+v", q) // the message is kept
	}
}

func TestStayReturnsWhyAFunctionDoesNotStart(t *testing.T) {
	t.Parallel()
	s := startStack(t, options(t, "broken"), true)
	if err := s.Send("Work", "1"); err != nil {
		t.Fatal(err)
	}
	var failure *StartError
	if err := s.Stay(t.Context()); !errors.As(err, &failure) {
		t.Errorf("got %v", err)
	}
}

func TestDrainEndsWithItsContext(t *testing.T) {
	t.Parallel()
	g, gated := newGate(t, "hang")
	s := startStack(t, gated, true)
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	go func() {
		g.accept()
		cancel(enough)
	}()
	if err := s.Send("Work", "1"); err != nil {
		t.Fatal(err)
	}
	if err := s.Drain(ctx); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
}

// TestErrorsAfterTheEndOfTheContextAreItsCause: otherwise an interrupted run
// sometimes looks like a failed one.
func TestErrorsAfterTheEndOfTheContextAreItsCause(t *testing.T) {
	t.Parallel()
	g, gated := newGate(t, "hang")
	s := startStack(t, gated, false)
	enough := errors.New("enough")
	for name, wait := range map[string]func(context.Context) error{
		"Drain": s.Drain,
		"Stay":  s.Stay,
	} {
		for range 20 { // of two that are ready, select chooses either
			ctx, cancel := context.WithCancelCause(t.Context())
			done := s.activity.Begin() // or nothing would be left to drain
			s.activity.Fail(errors.New("a function failed to start"))
			cancel(enough)
			if err := wait(ctx); err != enough {
				t.Errorf("%s: %v", name, err)
			}
			done()
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		g.accept()
		cancel(enough)
		s.Kill()
	}()
	if _, err := s.Invoke(ctx, "Function", []byte("{}")); err != enough {
		t.Errorf("Invoke: %v", err)
	}
}

func TestDrainDoesNotWaitForQueuesThatNobodyReads(t *testing.T) {
	t.Parallel()
	s := startStack(t, options(t, "relay"), false)
	if err := s.Send("Work", "1"); err != nil {
		t.Fatal(err)
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Error(err)
	}
	if q := s.Snapshot().Queues["Work"]; q.Waiting != 1 {
		t.Errorf("%+v", q)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	g, gated := newGate(t, "hang")
	s := startStack(t, gated, true)
	if err := s.Send("Work", "1"); err != nil {
		t.Fatal(err)
	}
	invoked := make(chan error)
	go func() {
		_, err := s.Invoke(t.Context(), "Function", []byte("{}"))
		invoked <- err
	}()
	one, other := g.accept(), g.accept()
	s.Close()
	if err := <-invoked; err == nil {
		t.Error("the invocation succeeded")
	}
	for _, c := range []net.Conn{one, other} {
		if n, err := c.Read(make([]byte, 1)); err == nil { // the process has closed its end
			t.Errorf("read %d bytes", n)
		}
	}
	if _, err := net.Dial("tcp", strings.TrimPrefix(s.Endpoint(), "http://")); err == nil {
		t.Error("SQS is still served")
	}
	if _, err := os.Stat(s.builder.Dir()); err == nil {
		t.Error("the built programs still exist")
	}
}

func TestKillEndsProcessesAndPolling(t *testing.T) {
	t.Parallel()
	g, gated := newGate(t, "hang")
	s := startStack(t, gated, true)
	if err := s.Send("Work", "1"); err != nil {
		t.Fatal(err)
	}
	c := g.accept()
	s.Kill()
	if n, err := c.Read(make([]byte, 1)); err == nil { // the process has closed its end
		t.Errorf("read %d bytes", n)
	}
	s.pollersDone.Wait()
	if err := s.Send("Work", "2"); err != nil {
		t.Fatal(err)
	}
	now := s.Snapshot()
	if q := now.Queues["Work"]; q.Waiting != 1 || q.InFlight != 1 { // neither is lost
		t.Errorf("%+v", q)
	}
	if f := now.Functions["Function"]; f.Invocations != 0 || f.LastError != "" {
		t.Errorf("%+v", f)
	}
}

func TestInvoke(t *testing.T) {
	t.Parallel()
	o := options(t, "environment")
	o.Region = "eu-west-1"
	o.Environment = map[string]string{
		"BB": "option", "AWS_ENDPOINT_URL": "http://127.0.0.1:5000", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key",
	}
	s := startStack(t, o, true)
	reply, err := s.Invoke(t.Context(), "Function", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	var environment []string
	if err := json.Unmarshal(reply, &environment); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"AA=template", "BB=option", "_HANDLER=h", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
		"AWS_ENDPOINT_URL_SQS=" + s.Endpoint(), "AWS_REGION=eu-west-1",
		"AWS_ENDPOINT_URL=http://127.0.0.1:5000", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=key", "AWS_SESSION_TOKEN=", "QUEUE=" + s.Snapshot().Queues["Work"].URL,
	} {
		if !slices.Contains(environment, want) {
			t.Errorf("no %s in %q", want, environment)
		}
	}
	if _, err := s.Invoke(t.Context(), "None", nil); err == nil {
		t.Error("an unknown function was invoked")
	}
}

func TestInvokeReturnsTheFunctionsError(t *testing.T) {
	t.Parallel()
	s := startStack(t, options(t, "fail"), true)
	_, err := s.Invoke(t.Context(), "Function", []byte("{}"))
	var failure *FunctionError
	if !errors.As(err, &failure) || *failure != (FunctionError{Function: "Function", Type: "errorString", Message: "no such bucket"}) {
		t.Errorf("got %v", err)
	}
	if f := s.Snapshot().Functions["Function"]; f.Errors != 1 || f.LastError != "no such bucket" {
		t.Errorf("%+v", f)
	}
}

func TestStartReportsWhatLambdaWouldRefuse(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), parse(t, `
Resources:
  Work: {Type: AWS::SQS::Queue}
  Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
  Function: {Type: AWS::Lambda::Function, Properties: {Runtime: provided.al2023, Code: code, Timeout: 31}}
  One: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Work.Arn, FunctionName: !Ref Function, BatchSize: 11, ScalingConfig: {MaximumConcurrency: 1}}}
  Other: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Ordered.Arn, FunctionName: !Ref Function, BatchSize: 11, MaximumBatchingWindowInSeconds: 301}}
`), options(t, "relay"))
	var refused *TemplateError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{
		"BatchSize is 11 (allowed without a batching window: 1 to 10)", "MaximumConcurrency is 1 (allowed: 2 to 1,000)",
		"VisibilityTimeout of the queue is 30 (allowed: at least 31, the function's Timeout)", "BatchSize is 11 (allowed with a FIFO queue: 1 to 10)",
		"MaximumBatchingWindowInSeconds is 301 (allowed: 0 to 300)", "not allowed with a FIFO queue",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
}

// SQS refuses a source queue that its dead-letter queue does not allow.
func TestStartReportsWhatSQSRefuses(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), parse(t, `
Resources:
  Work: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}}}
  Dead: {Type: AWS::SQS::Queue, Properties: {RedriveAllowPolicy: {redrivePermission: denyAll}}}
`), options(t, "relay"))
	if err == nil || !strings.Contains(err.Error(), "Resources.Work") {
		t.Errorf("got %v", err)
	}
}

func TestStartLeavesNothingWhenItFails(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	o := options(t, "relay")
	if err := os.Remove(filepath.Join(o.Dir, "code", "bootstrap")); err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("ENABLED", "true", "VisibilityTimeout: 600", "VisibilityTimeout: 600000").Replace(stackTemplate)
	_, err := Start(t.Context(), parse(t, text), o)
	for _, want := range []string{"Resources.Work", "neither Go source nor a bootstrap"} { // all at once
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "starjob-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestSendNeverDeduplicates(t *testing.T) {
	t.Parallel()
	s, err := Start(t.Context(), parse(t, `Resources: {Ordered: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}}`), Options{Concurrency: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 2 {
		if err := s.Send("Ordered", "same"); err != nil {
			t.Fatal(err)
		}
	}
	if q := s.Snapshot().Queues["Ordered"]; q.Waiting != 2 {
		t.Errorf("%+v", q)
	}
}

// gate is the server that hanging functions connect to.
type gate struct {
	t *testing.T
	net.Listener
}

func newGate(t *testing.T, program string) (gate, Options) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	o := options(t, program)
	o.Environment = map[string]string{"GATE": l.Addr().String()}
	return gate{t, l}, o
}

// accept waits for the next function to connect.
func (g gate) accept() net.Conn {
	c, err := g.Accept()
	if err != nil {
		g.t.Error(err)
	}
	return c
}
