//go:build unix

package build

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/plan"
)

// setPath makes the PATH a folder with one script, or none.
func setPath(t *testing.T, name, script string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if name != "" {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", folder)
	return folder
}

// wrapped returns functions that a wrapper starts.
func wrapped(interpreter string, runtimes ...string) []*plan.Function {
	var functions []*plan.Function
	for _, runtime := range runtimes {
		functions = append(functions, &plan.Function{Code: plan.Code{Runtime: runtime, Wrapper: "/opt/w", Interpreter: interpreter}})
	}
	return functions
}

func TestInterpreters(t *testing.T) {
	for name, c := range map[string]struct{ program, script, runtime, problem, note string }{
		"as wanted":   {"node", "#!/bin/sh\necho v22.1.0", "nodejs22.x", "", ""},
		"newer":       {"python3", "#!/bin/sh\necho Python 3.14.0", "python3.9", "", ""},
		"older":       {"python3", "#!/bin/sh\necho Python 3.11.7", "python3.13", "", "python3 3.11 is older than the runtime python3.13 of the template"},
		"too old":     {"node", "#!/bin/sh\necho v14.21.3", "nodejs22.x", "/node is v14.21.3 (required: 18 or later)", ""},
		"missing":     {"", "", "nodejs22.x", "nodejs22.x requires node, which is not on the PATH", ""},
		"broken":      {"python3", "#!/bin/sh\necho no version is chosen >&2; exit 3", "python3.13", "/python3 --version fails: exit status 3\nno version is chosen", ""},
		"no version":  {"node", "#!/bin/sh\necho hello", "nodejs22.x", "--version prints no version: hello", ""},
		"not its own": {"node", "#!/bin/sh\necho $LC_ALL", "nodejs22.x", "--version prints no version", ""},
	} {
		t.Run(name, func(t *testing.T) {
			setPath(t, c.program, c.script)
			t.Setenv("LC_ALL", "77") // functions do not inherit it
			b := New(Options{Dir: t.TempDir(), Inherit: map[string]string{"PATH": os.Getenv("PATH")}})
			interpreter := "node"
			if strings.HasPrefix(c.runtime, "python") {
				interpreter = "python3"
			}
			functions := append(wrapped(interpreter, c.runtime, c.runtime), &plan.Function{Code: plan.Code{Runtime: "provided.al2023"}})
			problems := b.FindInterpreters(t.Context(), functions)
			if c.problem != "" {
				if len(problems) != 1 || !strings.Contains(problems[0].Problem, c.problem) || !strings.HasPrefix(problems[0].Fix, "install ") {
					t.Errorf("%+v", problems)
				}
				return
			}
			notes := b.Notes(functions)
			if len(problems) > 0 || (c.note == "") != (len(notes) == 0) || !strings.Contains(strings.Join(notes, ""), c.note) || len(notes) > 1 {
				t.Errorf("%+v %q", problems, notes)
			}
		})
	}
}

// TestScriptsThatStartAnInterpreterAreBypassed: version managers install such
// scripts.
func TestScriptsThatStartAnInterpreterAreBypassed(t *testing.T) {
	bin := setPath(t, "python3", "")
	real := filepath.Join(t.TempDir(), "python3.13")
	for answer, want := range map[string]string{
		real: real, "python3.13": filepath.Join(bin, "python3"), "/bin/sh": filepath.Join(bin, "python3"), real + "; exit 1": filepath.Join(bin, "python3"),
	} {
		script := "#!/bin/sh\ncase $1 in --version) echo Python 3.13.1;; *) echo " + answer + ";; esac\n"
		if err := os.WriteFile(filepath.Join(bin, "python3"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		b := New(Options{Dir: t.TempDir()})
		if problems := b.FindInterpreters(t.Context(), wrapped("python3", "python3.13")); len(problems) > 0 {
			t.Fatal(problems)
		}
		if got := b.interpreters.found["python3"]; got.path != want || got.version != (version{3, 13}) {
			t.Errorf("%s: %+v", answer, got)
		}
	}
}

func TestAnInterruptIsNotAProblemOfAnInterpreter(t *testing.T) {
	setPath(t, "node", "#!/bin/sh\nread forever")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if problems := New(Options{}).FindInterpreters(ctx, wrapped("node", "nodejs22.x")); len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
}
