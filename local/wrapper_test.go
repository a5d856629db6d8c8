//go:build unix

package local

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
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

// files writes files into a new folder and returns it.
func files(t *testing.T, contents map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range contents {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
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

// TestWrappers starts functions with the test binary as their wrapper.
func TestWrappers(t *testing.T) {
	bin := setPath(t, "node", "#!/bin/sh\necho v22.0.0")
	if err := os.WriteFile(filepath.Join(bin, "python3"), []byte("#!/bin/sh\necho Python 3.13.1"), 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := files(t, map[string]string{"src/replay.mjs": ""})
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	_, err = w.Create("lib/app.js")
	if err := errors.Join(err, w.Close(), os.WriteFile(filepath.Join(dir, "code.zip"), archive.Bytes(), 0o600)); err != nil {
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
	if sources := s.Sources(t.Context()); !slices.Equal(sources, []Source{{Path: filepath.Join(dir, "code.zip"), Kind: File}, {Path: filepath.Join(dir, "src"), Kind: AllFiles}}) {
		t.Errorf("%v", sources)
	}
	if len(layers) != 1 || len(notes) != 1 || !strings.Contains(notes[0], "layers") {
		t.Errorf("%q, %q", layers, notes)
	}
	s.Close()
	if _, err := os.Stat(layers[0]); err == nil {
		t.Error("the layer still exists")
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

func TestCodeUriOfASingleFile(t *testing.T) {
	bin := setPath(t, "node", "#!/bin/sh\necho v22.0.0")
	_, err := Start(t.Context(), parse(t, `
Resources:
  One: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, CodeUri: a.js, Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/w}}}}
`), Options{
		Dir: files(t, map[string]string{"a.js": ""}), Inherit: map[string]string{"PATH": bin}, Concurrency: 1, Functions: []string{"One"},
		Wrappers: map[string]Wrapper{"/opt/w": func(string) ([]string, error) { return []string{"star"}, nil }},
	})
	if err == nil || !strings.HasSuffix(err.Error(), "a.js is a file; set CodeUri to its folder, or to a zip file") {
		t.Error(err)
	}
}

func TestFailingWrapper(t *testing.T) {
	bin := setPath(t, "node", "#!/bin/sh\necho v22.0.0")
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
