package tests

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/serverless-star/starjob/local/sandbox"
	"github.com/serverless-star/starjob/macro/job"
	"github.com/serverless-star/starjob/runtime/wire"
)

// answer is the response of a macro to CloudFormation.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-author.html
type answer struct {
	RequestID    string          `json:"requestId"`
	Status       string          `json:"status"`
	Fragment     json.RawMessage `json:"fragment"`
	ErrorMessage string          `json:"errorMessage"`
}

// macroRunner returns the runner of the built macro, behind the sandbox's Runtime
// API. env are the variables of its function.
func macroRunner(t *testing.T, env map[string]string) *sandbox.Runner {
	t.Helper()
	host := sandbox.NewHost(sandbox.Config{Region: "eu-west-1", AccountID: "111111111111"})
	t.Cleanup(host.Close)
	runner, err := host.Register(sandbox.Function{
		Name: "StarJob", Command: []string{program(t, "macro")}, Dir: t.TempDir(), Handler: "bootstrap", Env: env,
		Timeout: time.Minute, MemorySize: 512, Concurrency: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return runner
}

// macro returns a function that invokes the macro and decodes its answer.
func macro(t *testing.T) func(event []byte) answer {
	t.Helper()
	return invoker(t, macroRunner(t, nil))
}

func invoker(t *testing.T, runner *sandbox.Runner) func(event []byte) answer {
	return func(event []byte) answer {
		t.Helper()
		result, err := runner.Invoke(context.Background(), sandbox.Invocation{Payload: event})
		if err != nil || result.FunctionError != "" {
			t.Fatalf("the macro failed, and CloudFormation would not show why: %v %s", err, result.Payload)
		}
		var a answer
		if err := json.Unmarshal(result.Payload, &a); err != nil {
			t.Fatalf("%v: %s", err, result.Payload)
		}
		return a
	}
}

// TestMacroSpeaksCloudFormationsProtocol invokes the macro with events as
// CloudFormation sends them. The key _want of each event has the expectations.
func TestMacroSpeaksCloudFormationsProtocol(t *testing.T) {
	t.Parallel()
	invoke := macro(t)
	events, err := filepath.Glob("testdata/macro/*.json")
	if err != nil || len(events) == 0 {
		t.Fatal("no events", err)
	}
	for _, path := range events {
		event, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var sent struct {
			RequestID string `json:"requestId"`
			Want      struct {
				Status string
				Has    []string
				Lacks  []string
			} `json:"_want"`
		}
		if err := json.Unmarshal(event, &sent); err != nil {
			t.Fatal(err)
		}
		a := invoke(event)
		if a.RequestID != sent.RequestID || a.Status != sent.Want.Status {
			t.Errorf("%s: got status %q for request %q: %s", path, a.Status, a.RequestID, a.ErrorMessage)
		}
		if (a.Status == "success") != (a.ErrorMessage == "") || (a.Status == "success") != (len(a.Fragment) > 0) {
			t.Errorf("%s: status %s with error %q and a fragment of %d bytes", path, a.Status, a.ErrorMessage, len(a.Fragment))
		}
		said := string(a.Fragment) + a.ErrorMessage
		for _, want := range sent.Want.Has {
			if !strings.Contains(said, want) {
				t.Errorf("%s: lacks %q: %s", path, want, said)
			}
		}
		for _, unwanted := range sent.Want.Lacks {
			if strings.Contains(said, unwanted) {
				t.Errorf("%s: has %q: %s", path, unwanted, said)
			}
		}
	}
}

// TestMacroNeverFailsAsAFunction: for a function error, CloudFormation would report a
// malformed response instead of the reason.
func TestMacroNeverFailsAsAFunction(t *testing.T) {
	t.Parallel()
	invoke := macro(t)
	for _, event := range []string{
		`{}`, `null`, `[]`, `"text"`, `7`,
		`{"requestId":"r"}`,
		`{"requestId":"r","fragment":null}`,
		`{"requestId":"r","fragment":[]}`,
		`{"requestId":"r","fragment":{"Resources":{"J":{"Type":"Star::Job"}}}}`,
		`{"requestId":"r","fragment":{"Resources":{"J":{"Type":"Star::Job","Properties":[]}}},"templateParameterValues":[]}`,
	} {
		if a := invoke([]byte(event)); a.Status != "failure" || a.ErrorMessage == "" {
			t.Errorf("%.100s: got %q, %q", event, a.Status, a.ErrorMessage)
		}
	}
}

// TestMacroPassesOnOtherResources: CloudFormation checks the rest of a template, even if
// it is invalid or deeply nested.
func TestMacroPassesOnOtherResources(t *testing.T) {
	t.Parallel()
	runner := macroRunner(t, nil)
	deep := strings.Repeat(`{"a":`, 50_000) + "1" + strings.Repeat("}", 50_000)
	for _, fragment := range []string{`{"Resources":[]}`, `{"Resources":{"J":null}}`, `{"Resources":` + deep + `}`} {
		result, err := runner.Invoke(context.Background(), sandbox.Invocation{Payload: []byte(`{"requestId":"r","fragment":` + fragment + `}`)})
		if err != nil || result.FunctionError != "" {
			t.Fatalf("%v: %.200s", err, result.Payload)
		}
		if got := string(result.Payload); !strings.Contains(got, `"status":"success"`) || !strings.Contains(got, fragment) {
			t.Errorf("%.100s: got %.200s", fragment, got)
		}
	}
}

// TestMacroUsesTheLayerOfItsStack: the ARN of the layer is in the macro's environment.
// Without it, CloudFormation reads the ARN from SSM.
func TestMacroUsesTheLayerOfItsStack(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:lambda:eu-west-1:123456789012:layer:starjob:7"
	event := []byte(`{"requestId":"r","fragment":{"Resources":{"J":{"Type":"Star::Job","Properties":{` +
		`"Function":{"Runtime":"nodejs22.x","Code":{"ZipFile":"exports.a = () => {}"}},"Steps":{"a":{}}}}}}}`)
	for layer, want := range map[string]string{arn: arn, "": "{{resolve:ssm:/starjob/layer}}"} {
		a := invoker(t, macroRunner(t, map[string]string{"STARJOB_LAYER": layer}))(event)
		if !strings.Contains(string(a.Fragment), `"Layers":["`+want+`"]`) {
			t.Errorf("with the layer %q: %s %s", layer, a.Fragment, a.ErrorMessage)
		}
	}
}

// TestMacroAndRuntimeHaveTheSameDefaults: the macro writes its defaults into the
// environment, and the runtime uses its own for variables that are absent. A function
// must behave the same in both cases.
func TestMacroAndRuntimeHaveTheSameDefaults(t *testing.T) {
	for _, c := range []struct {
		name           string
		macro, runtime int
	}{
		{"MaxAttempts", job.DefaultMaxAttempts, wire.DefaultMaxAttempts},
		{"MinDelay", job.DefaultMinDelay, wire.DefaultMinDelay},
		{"MaxDelay", job.DefaultMaxDelay, wire.DefaultMaxDelay},
		{"MaxDepth", job.DefaultMaxDepth, wire.DefaultMaxDepth},
	} {
		if c.macro != c.runtime {
			t.Errorf("the default of %s is %d in the macro and %d in the runtime", c.name, c.macro, c.runtime)
		}
	}
}
