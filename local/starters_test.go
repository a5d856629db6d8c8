//go:build unix

package local

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// path makes the PATH a folder with one script, or none.
func path(t *testing.T, name, script string) (folder string) {
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

// wrapped are the plans of functions that a wrapper starts.
func wrapped(runtimes ...string) []*functionPlan {
	var functions []*functionPlan
	for _, runtime := range runtimes {
		functions = append(functions, &functionPlan{code: code{runtime: runtime, wrapper: "/opt/w"}})
	}
	return functions
}

func TestInterpreters(t *testing.T) {
	for name, c := range map[string]struct{ program, script, runtime, problem, note string }{
		"as wanted":   {"node", "#!/bin/sh\necho v22.1.0", "nodejs22.x", "", ""},
		"newer":       {"python3", "#!/bin/sh\necho Python 3.14.0", "python3.9", "", ""},
		"older":       {"python3", "#!/bin/sh\necho Python 3.11.7", "python3.13", "", "python3 is version 3.11 here, and the template's runtime is python3.13"},
		"too old":     {"node", "#!/bin/sh\necho v14.21.3", "nodejs22.x", "/node is v14.21.3, older than 18", ""},
		"missing":     {"", "", "nodejs22.x", "nodejs22.x runs here in node, which is not on the PATH", ""},
		"broken":      {"python3", "#!/bin/sh\necho no version is chosen >&2; exit 3", "python3.13", "/python3 --version fails: exit status 3\nno version is chosen", ""},
		"no version":  {"node", "#!/bin/sh\necho hello", "nodejs22.x", "--version tells none: hello", ""},
		"not its own": {"node", "#!/bin/sh\necho $LC_ALL", "nodejs22.x", "--version tells none", ""},
	} {
		t.Run(name, func(t *testing.T) {
			path(t, c.program, c.script)
			t.Setenv("LC_ALL", "77") // which functions do not inherit
			var notes []string
			s := newStarters(Options{Dir: t.TempDir(), Note: func(text string) { notes = append(notes, text) }, Inherit: map[string]string{"PATH": os.Getenv("PATH")}})
			functions := wrapped(c.runtime, c.runtime, "provided.al2023")
			functions[2].code.wrapper = ""
			problems := s.find(t.Context(), functions)
			if c.problem != "" {
				if len(problems) != 1 || !strings.Contains(problems[0].Problem, c.problem) || !strings.HasPrefix(problems[0].Fix, "install ") {
					t.Errorf("%+v", problems)
				}
				return
			}
			s.tell(functions)
			if len(problems) > 0 || (c.note == "") != (len(notes) == 0) || !strings.Contains(strings.Join(notes, ""), c.note) || len(notes) > 1 {
				t.Errorf("%+v %q", problems, notes)
			}
		})
	}
}

// TestScriptsAreLookedBehind finds what the scripts of a tool that manages
// versions start.
func TestScriptsAreLookedBehind(t *testing.T) {
	bin := path(t, "python3", "")
	real := filepath.Join(t.TempDir(), "python3.13")
	for answer, want := range map[string]string{
		real: real, "python3.13": filepath.Join(bin, "python3"), "/bin/sh": filepath.Join(bin, "python3"), real + "; exit 1": filepath.Join(bin, "python3"),
	} {
		script := "#!/bin/sh\ncase $1 in --version) echo Python 3.13.1;; *) echo " + answer + ";; esac\n"
		if err := os.WriteFile(filepath.Join(bin, "python3"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		s := newStarters(Options{Dir: t.TempDir()})
		if problems := s.find(t.Context(), wrapped("python3.13")); len(problems) > 0 {
			t.Fatal(problems)
		}
		if got := s.interpreters[languageOf("python3.13")]; got.path != want || got.version != (version{3, 13}) {
			t.Errorf("%s: %+v", answer, got)
		}
	}
}

func TestAnInterruptIsNoProblemOfAnInterpreter(t *testing.T) {
	path(t, "node", "#!/bin/sh\nread forever")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if problems := newStarters(Options{}).find(ctx, wrapped("nodejs22.x")); len(problems) > 0 {
		t.Errorf("%+v", problems)
	}
}

const wrappedTemplate = `
Globals:
  Function: {Runtime: nodejs22.x, Handler: index.f, Layers: [one, two], Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/w}}}
Resources:
  Folder: {Type: AWS::Serverless::Function, Properties: {CodeUri: src}}
  Zip: {Type: AWS::Serverless::Function, Properties: {CodeUri: code.zip}}
  Inline: {Type: AWS::Serverless::Function, Properties: {InlineCode: 'exports.f = 1'}}
  Python: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.13, InlineCode: 'f = 1'}}
`

// TestWrappers starts functions whose wrapper is the test's own binary.
func TestWrappers(t *testing.T) {
	bin := path(t, "node", "#!/bin/sh\necho v22.0.0")
	if err := os.WriteFile(filepath.Join(bin, "python3"), []byte("#!/bin/sh\necho Python 3.13.1"), 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := files(t, map[string]string{"src/replay.mjs": ""})
	if err := os.Rename(zipped(t, entry{"lib/app.js", "", 0o644}), filepath.Join(dir, "code.zip")); err != nil {
		t.Fatal(err)
	}
	var layers, notes []string
	wrapper := func(dir string) ([]string, error) {
		layers = append(layers, dir)
		return []string{self, "dispatch", dir}, os.WriteFile(filepath.Join(dir, "host"), nil, 0o600)
	}
	s, err := Start(t.Context(), parse(t, wrappedTemplate), Options{
		Dir: dir, Inherit: map[string]string{programVariable: "arguments", "PATH": bin}, Concurrency: 1,
		Functions: []string{"Folder", "Zip", "Inline", "Python"}, Wrappers: map[string]Wrapper{"/opt/w": wrapper},
		Note: func(text string) { notes = append(notes, text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	check := func() {
		for id, want := range map[string]struct{ interpreter, runtime, file string }{
			"Folder": {"node", "nodejs22.x", "replay.mjs"}, "Zip": {"node", "nodejs22.x", "lib"},
			"Inline": {"node", "nodejs22.x", "index.js"}, "Python": {"python3", "python3.13", "index.py"},
		} {
			got := s.started(t, id)
			if !slices.Equal(got.Args, []string{"dispatch", layers[0], filepath.Join(bin, want.interpreter)}) || !slices.Equal(got.Files, []string{want.file}) {
				t.Errorf("%s: %+v", id, got)
			}
			for _, variable := range []string{"AWS_EXECUTION_ENV=AWS_Lambda_" + want.runtime, "LAMBDA_TASK_ROOT=" + got.Dir, "_HANDLER=index.f"} {
				if !slices.Contains(got.Env, variable) {
					t.Errorf("%s: no %s in %q", id, variable, got.Env)
				}
			}
		}
	}
	check()
	if err := s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	check()
	if sources := s.Sources(t.Context()); !slices.Equal(sources, []Source{{filepath.Join(dir, "code.zip"), File}, {filepath.Join(dir, "src"), AllFiles}}) {
		t.Errorf("%v", sources)
	}
	if len(layers) != 1 || len(notes) != 1 || !strings.Contains(notes[0], "layers") {
		t.Errorf("%q, %q", layers, notes)
	}
	s.Close()
	if _, err := os.Stat(layers[0]); err == nil {
		t.Error("the layer is still there")
	}
}

func (s *Stack) started(t *testing.T, id string) (how started) {
	t.Helper()
	reply, err := s.Invoke(t.Context(), id, []byte("{}"))
	if err == nil {
		err = json.Unmarshal(reply, &how)
	}
	if err != nil {
		t.Fatal(err)
	}
	return how
}

func TestCodeThatIsOneFile(t *testing.T) {
	bin := path(t, "node", "#!/bin/sh\necho v22.0.0")
	_, err := Start(t.Context(), parse(t, `
Resources:
  One: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, CodeUri: a.js, Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/w}}}}
`), Options{
		Dir: files(t, map[string]string{"a.js": ""}), Inherit: map[string]string{"PATH": bin}, Concurrency: 1, Functions: []string{"One"},
		Wrappers: map[string]Wrapper{"/opt/w": func(string) ([]string, error) { return []string{"star"}, nil }},
	})
	if err == nil || !strings.HasSuffix(err.Error(), "a.js is a file: point CodeUri at its folder, or at a zip file") {
		t.Error(err)
	}
}

func TestAWrapperThatFails(t *testing.T) {
	bin := path(t, "node", "#!/bin/sh\necho v22.0.0")
	calls := 0
	_, err := Start(t.Context(), parse(t, `
Resources:
  One: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Code: {ZipFile: a}, Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/w}}}}
`), Options{
		Inherit: map[string]string{"PATH": bin}, Concurrency: 1, Functions: []string{"One"},
		Wrappers: map[string]Wrapper{"/opt/w": func(string) ([]string, error) { calls++; return nil, errors.New("the disk is full") }},
	})
	if err == nil || err.Error() != "/opt/w: the disk is full" || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}
