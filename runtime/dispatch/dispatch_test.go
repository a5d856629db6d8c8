package dispatch

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/serverless-star/starjob/runtime/internal/engine"
	"github.com/serverless-star/starjob/runtime/internal/host"
)

func TestCommandReplacesLambdasRuntimes(t *testing.T) {
	t.Parallel()
	node := []string{"/opt", "/var/lang/bin/node", "--expose-gc", "--max-http-header-size", "81920", "--max-old-space-size=115", "/var/runtime/index.mjs"}
	for _, c := range []struct{ args, want, environment []string }{
		{node, []string{"--expose-gc", "--max-http-header-size", "81920", "--max-old-space-size=115", "/opt/nodejs/node_modules/starjob/host.js", "src/a.b"}, []string{"A=1", "NODE_PATH=/opt/nodejs/node_modules"}},
		{[]string{"/opt", "/var/lang/bin/python3.13", "/var/runtime/bootstrap.py"}, []string{"/opt/python/starjob/host.py", "src/a.b"}, []string{"A=1"}},
		{[]string{"/opt", "python3"}, []string{"/opt/python/starjob/host.py", "src/a.b"}, []string{"A=1"}},
		{[]string{"/opt", "node", "--expose-gc"}, []string{"--expose-gc", "/opt/nodejs/node_modules/starjob/host.js", "src/a.b"}, []string{"A=1", "NODE_PATH=/opt/nodejs/node_modules"}},
	} {
		got, err := commandOf(c.args, "src/a.b", []string{"A=1"})
		if err != nil || got.Path != c.args[1] || !slices.Equal(got.Args, c.want) || !slices.Equal(got.Env, c.environment) {
			t.Errorf("%v: %+v, %v", c.args, got, err)
		}
	}
}

func TestNodePathIsKept(t *testing.T) {
	t.Parallel()
	for before, want := range map[string]string{
		"NODE_PATH=":                       "NODE_PATH=/ours",
		"NODE_PATH=/a":                     "NODE_PATH=/a:/ours",
		"NODE_PATH=/var/runtime:/ours:/b":  "NODE_PATH=/var/runtime:/ours:/b",
		"NODE_PATH=/ours/not:/really/ours": "NODE_PATH=/ours/not:/really/ours:/ours",
	} {
		environment := []string{"X=1", before}
		got := withPath(environment, "NODE_PATH", "/ours")
		if !slices.Equal(got, []string{"X=1", want}) || environment[1] != before {
			t.Errorf("%v, want %s", got, want)
		}
	}
}

// TestDelaysAreConvertedOrRefused: a delay that SQS does not accept is refused, and
// never becomes another one.
func TestDelaysAreConvertedOrRefused(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[float64]time.Duration{
		0: 0, math.Copysign(0, -1): 0, 1: time.Second, 0.25: 250 * time.Millisecond, 900: 15 * time.Minute,
		1e-12: 1, 899.9999999999: 15 * time.Minute, // rounded up: an item must not be delivered too early
	} {
		if got, ok := duration(seconds); got != want || !ok {
			t.Errorf("%v s: %v, %v, want %v", seconds, got, ok, want)
		}
	}
	for _, seconds := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1e-9, 900.001, 1e10, 1e300, -1e300} {
		err := (&task{}).Generate("sink", []byte("1"), seconds, "")
		if !errors.Is(err, engine.ErrDelay) {
			t.Errorf("%v s: %v", seconds, err)
		}
		if reason, step, _ := refusal(err); reason != "Delay" || step != "sink" {
			t.Errorf("%v s: %s %s", seconds, reason, step)
		}
	}
}

func TestHostErrorsBecomeDropAndRetryAfter(t *testing.T) {
	t.Parallel()
	var drop *engine.Drop
	if err := engineError(&host.Error{Name: "E", Action: host.ActionDrop}); !errors.As(err, &drop) {
		t.Errorf("%#v", err)
	}
	for seconds, want := range map[float64]time.Duration{
		0: 0, -5: 0, 1.5: 1500 * time.Millisecond, 1e300: 12 * time.Hour, math.Inf(1): 12 * time.Hour, math.Inf(-1): 0, math.NaN(): 0,
	} {
		var retry *engine.RetryAfter
		var e *host.Error
		err := engineError(&host.Error{Name: "E", Action: host.ActionRetryAfter, After: seconds})
		if !errors.As(err, &retry) || retry.After != want || !errors.As(err, &e) {
			t.Errorf("%v s: %#v", seconds, err)
		}
	}
	for _, err := range []error{nil, errors.New("x"), &host.Error{Name: "E", Action: "dance"}} {
		if got := engineError(err); got != err {
			t.Errorf("%v became %v", err, got)
		}
	}
}

func TestRefusalsHaveOneNameInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, r := range reasons {
		err := fmt.Errorf("wrapped: %w", &engine.Refusal{Step: "sink", Reason: r.reason, Detail: "no"})
		want := `wrapped: generate "sink": no`
		if r.reason == engine.ErrUnknownStep {
			want = `wrapped: unknown step "sink": no`
		}
		if reason, step, message := refusal(err); reason != r.name || step != "sink" || message != want {
			t.Errorf("%s %s %s", reason, step, message)
		}
	}
	if reason, _, message := refusal(errors.New("strange")); reason != "NotSent" || message != "strange" {
		t.Errorf("%s %s", reason, message)
	}
}

func TestMetaIsEmptyWithoutAnInvocation(t *testing.T) {
	t.Parallel()
	if got := meta(context.Background()); got != (host.Meta{}) {
		t.Errorf("%+v", got)
	}
}

func TestLoadErrorsSayWhere(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"TypeError: x\n  at f":           &host.Error{Name: "TypeError", Message: "x", Trace: "TypeError: x\n  at f\n"},
		"at f\nTypeError: x":             &host.Error{Name: "TypeError", Message: "x", Trace: "at f\nTypeError: x\n"},
		"TypeError: x\ntry y":            &host.Error{Name: "TypeError", Message: "x", Trace: "at f\nTypeError: x\n", Hint: "try y"},
		"TypeError: x":                   &host.Error{Name: "TypeError", Message: "x"},
		"HandlerNotFound: no x\nthere y": &host.Error{Name: "HandlerNotFound", Message: "no x", Hint: "there y"},
		"TypeError\nat f":                &host.Error{Name: "TypeError", Trace: "\n at f"},
		"strange":                        errors.New("strange"),
	} {
		if got := loadError(err).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
