package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// logged returns the lines of a log.
func logged(t *testing.T, log *bytes.Buffer) []map[string]any {
	t.Helper()
	var lines []map[string]any
	for text := range strings.Lines(log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("a line of the log is no JSON: %s", text)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestRule12OneLineForEachFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		e := New(x.config, Handler(func(_ context.Context, data []byte, _ Generate) error {
			time.Sleep(250 * time.Millisecond)
			return map[string]error{"1": errBroken}[string(data)]
		}), x.sqs, NewLog(&x.log, ""), &x.metrics)
		if _, err := e.Invoke(t.Context(), event(testItem{body: "0"}, testItem{body: "1", attempt: 3}, testItem{body: "2"})); err != nil {
			t.Fatal(err)
		}
		lines := logged(t, &x.log)
		if len(lines) != 1 {
			t.Fatalf("%d lines, want one for the failed item and none for the others: %v", len(lines), lines)
		}
		for name, want := range map[string]any{
			"level": "WARN", "step": "work", "messageId": "m1", "attempt": 3.0, "durationMs": 250.0, "error": "broken", "errorType": "*errors.errorString",
		} {
			if lines[0][name] != want {
				t.Errorf("%s is %v, want %v", name, lines[0][name], want)
			}
		}
		if lines[0]["timestamp"] == nil || lines[0]["message"] == nil {
			t.Errorf("line %v", lines[0])
		}
	})
}

func TestRule12HandlersLinesNameTheItem(t *testing.T) {
	t.Parallel()
	x := newTrial()
	log := NewLog(&x.log, "WARN")
	invocation := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "request"})
	x.run(t, invocation, func(ctx context.Context, _ []byte, _ Generate) error {
		log.With("with", 1).WarnContext(ctx, "hello", "n", 7)
		log.InfoContext(ctx, "too quiet")
		return nil
	}, bodies("1")...)
	log.Warn("outside")
	lines := logged(t, &x.log)
	var hello map[string]any
	for _, line := range lines {
		switch line["message"] {
		case "hello":
			hello = line
		case "too quiet":
			t.Error("AWS_LAMBDA_LOG_LEVEL is not honoured")
		case "outside":
			if line["step"] != nil {
				t.Errorf("line %v", line)
			}
		}
	}
	if hello["step"] != "work" || hello["requestId"] != "request" || hello["messageId"] != "m0" || hello["n"] != 7.0 || hello["with"] != 1.0 {
		t.Errorf("line %v", hello)
	}
}

func TestRule12Levels(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]slog.Level{
		"": slog.LevelInfo, "TRACE": slog.LevelDebug, "debug": slog.LevelDebug, "INFO": slog.LevelInfo,
		"WARN": slog.LevelWarn, "ERROR": slog.LevelError, "FATAL": slog.LevelError,
	} {
		if got := levelOf(name); got != want {
			t.Errorf("level %q is %v, want %v", name, got, want)
		}
	}
}

// emf is what CloudWatch reads of a line.
type emf struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
	Job, Step                                       string
	Received, Succeeded, Failed, Ignored, Generated *int
	Duration                                        *struct {
		Values []float64
		Counts []int
	}
}

func lines(t *testing.T, metrics *bytes.Buffer) []emf {
	t.Helper()
	var all []emf
	for text := range strings.Lines(metrics.String()) {
		var line emf
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("metrics %s: %v", text, err)
		}
		all = append(all, line)
	}
	return all
}

func TestRule12Metrics(t *testing.T) {
	t.Parallel()
	x := newTrial()
	x.config.IgnoreErrors = true
	x.run(t, t.Context(), func(ctx context.Context, data []byte, generate Generate) error {
		if string(data) == "0" {
			return generates(3)(ctx, data, generate)
		}
		return map[string]error{"1": errBroken, "2": &Drop{errBroken}, "3": &RetryAfter{0, errBroken}}[string(data)]
	}, numbered(6)...)
	all := lines(t, &x.metrics)
	if len(all) != 1 {
		t.Fatalf("%d lines, want one for a batch", len(all))
	}
	l := all[0]
	if *l.Received != 6 || *l.Succeeded != 3 || *l.Failed != 2 || *l.Ignored != 1 || *l.Generated != 3 || l.Job != "Try" || l.Step != "work" {
		t.Errorf("metrics %s", x.metrics.String())
	}
	d := l.AWS.CloudWatchMetrics[0]
	if d.Namespace != "StarJob" || fmt.Sprint(d.Dimensions) != "[[job step]]" || l.AWS.Timestamp == 0 ||
		fmt.Sprint(d.Metrics) != "[{received Count} {succeeded Count} {failed Count} {ignored Count} {generated Count} {duration Milliseconds}]" {
		t.Errorf("directive %+v", l.AWS)
	}
	n := 0
	for _, c := range l.Duration.Counts {
		n += c
	}
	if n != 6 {
		t.Errorf("%d durations, want 6", n)
	}
}

func TestRule12ManyDurations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		const n = 500
		x.run(t, t.Context(), func(_ context.Context, data []byte, _ Generate) error {
			time.Sleep(time.Duration(float64(time.Millisecond) * math.Pow(1.03, float64(number(string(data))))))
			return nil
		}, numbered(n)...)
		all := lines(t, &x.metrics)
		received, succeeded, durations := 0, 0, 0
		for _, l := range all {
			received += *l.Received
			succeeded += *l.Succeeded
			if len(l.Duration.Values) > 100 || len(l.Duration.Values) != len(l.Duration.Counts) {
				t.Errorf("%d values and %d counts in a line", len(l.Duration.Values), len(l.Duration.Counts))
			}
			for i, v := range l.Duration.Values {
				durations += l.Duration.Counts[i]
				exact := math.Pow(1.03, math.Round(math.Log(v)/math.Log(1.03)))
				if math.Abs(v/exact-1) > 0.011 {
					t.Errorf("%v ms stands for %v", v, exact)
				}
			}
		}
		if received != n || succeeded != n || durations != n || len(all) < 4 {
			t.Errorf("%d lines: received %d, succeeded %d, durations %d", len(all), received, succeeded, durations)
		}
	})
}

// TestRule13InvocationsShareAnEngine runs many invocations at once in one
// engine, and wants each answer to be about its own batch.
func TestRule13InvocationsShareAnEngine(t *testing.T) {
	t.Parallel()
	x := newTrial()
	var metrics syncBuffer
	e := New(x.config, Handler(func(ctx context.Context, data []byte, generate Generate) error {
		if err := generate(Invocation{Step: "sink", Data: FromContext(ctx).MessageID}); err != nil {
			return err
		}
		if strings.Contains(string(data), "fail") {
			return errBroken
		}
		return nil
	}), x.sqs, quiet(), &metrics)
	const n = 50
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			good, bad := fmt.Sprint("good", i), fmt.Sprint("bad", i)
			reply, err := e.Invoke(t.Context(), event(testItem{id: good, body: "1"}, testItem{id: bad, body: `"fail"`}))
			if err != nil {
				t.Error(err)
				return
			}
			wantFailed(t, failedIn(t, reply), bad)
		})
	}
	wg.Wait()
	if got := len(x.sqs.bodies(sinkQueue)); got != 2*n {
		t.Errorf("%d sent, want %d", got, 2*n)
	}
}

type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(p)
}

// TestRule13LateHandlersStayInTheirInvocation: a handler that its invocation
// did not wait for goes on in the next one, and must not disturb it.
func TestRule13LateHandlersStayInTheirInvocation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTrial()
		release, late := make(chan struct{}), make(chan error)
		e := x.engine(func(ctx context.Context, data []byte, generate Generate) error {
			if string(data) == "slow" {
				<-release
				late <- generate(Invocation{Step: "sink", Data: "late"})
			}
			return generate(Invocation{Step: "sink", Data: "in time"})
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		reply, _ := e.Invoke(ctx, event(bodies("slow")...))
		cancel()
		wantFailed(t, failedIn(t, reply), "m0")
		reply, _ = e.Invoke(t.Context(), event(testItem{id: "next", body: "fast"}))
		close(release)
		if err := <-late; !errors.Is(err, ErrEnded) {
			t.Errorf("a late generate returned %v", err)
		}
		wantFailed(t, failedIn(t, reply))
		if got := x.sqs.bodies(sinkQueue); len(got) != 1 || got[0] != `"in time"` {
			t.Errorf("sent %v", got)
		}
	})
}

// TestRule13NoPackageState wants package variables to be errors, or tables that
// nothing is assigned to.
func TestRule13NoPackageState(t *testing.T) {
	t.Parallel()
	tables := map[string]bool{"inputKeys": true}
	for _, dir := range []string{".", "../../star", "../../startest", "../../wire"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(dir, files, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, variable := range variables(file) {
				if !strings.HasPrefix(strings.ToLower(variable), "err") && !tables[variable] {
					t.Errorf("%s: variable %s of the package", name, variable)
				}
			}
		}
	}
}

func variables(file *ast.File) []string {
	var names []string
	for _, d := range file.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.VAR {
			for _, spec := range d.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}
