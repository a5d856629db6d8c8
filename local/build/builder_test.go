package build

import (
	"archive/zip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/local/plan"
)

// files writes files into a new folder and returns it.
func files(t *testing.T, contents map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range contents {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// entry is a file in a zip file.
type entry struct {
	name, text string
	mode       os.FileMode
}

func zipped(t *testing.T, entries ...entry) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "code.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(e.mode)
		to, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// built builds the code at the paths.
func built(t *testing.T, paths ...string) (map[plan.Code]Program, error) {
	t.Helper()
	return builtBy(t, t.Context(), func(string) {}, paths...)
}

// builtBy builds the code at the paths, and reports the folders that it compiles.
func builtBy(t *testing.T, ctx context.Context, building func(string), paths ...string) (map[plan.Code]Program, error) {
	t.Helper()
	b := New(Options{Building: building})
	t.Cleanup(b.Remove)
	var functions []*plan.Function
	for _, path := range paths {
		functions = append(functions, &plan.Function{Code: plan.Code{Path: path}})
	}
	return b.Build(ctx, functions)
}

const empty = "package main\n\nfunc main() {}\n"

func TestBuildCompilesEachFolderOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(files(t, map[string]string{"[odd] name/go.mod": "module m\n\ngo 1.26\n", "[odd] name/main.go": empty}), "[odd] name")
	folders := 0
	programs, err := builtBy(t, t.Context(), func(string) { folders++ }, dir, dir)
	if err != nil {
		t.Fatal(err)
	}
	if folders != 1 || len(programs) != 1 {
		t.Errorf("built %d folders, %d programs", folders, len(programs))
	}
	if err := runnable(programs[plan.Code{Path: dir}].Command[0], "missing"); err != nil {
		t.Error(err)
	}
}

// TestBuildIsForTheLocalPlatform builds in an environment that names another one, as
// it may for deployments.
func TestBuildIsForTheLocalPlatform(t *testing.T) {
	t.Setenv("GOOS", "plan9")
	t.Setenv("GOARCH", "arm")
	dir := files(t, map[string]string{
		"go.mod":                          "module m\n\ngo 1.26\n",
		"main_" + runtime.GOOS + ".go":    empty,
		"other_" + runtime.GOARCH + ".go": "package main\n",
		"a_plan9.go":                      "package main\n\nnot Go",
	})
	if _, err := built(t, dir); err != nil {
		t.Error(err)
	}
}

func TestBuildAcceptsBuiltPrograms(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{"bootstrap": "#!/bin/sh\n"})
	if err := os.Chmod(filepath.Join(dir, "bootstrap"), 0o755); err != nil {
		t.Fatal(err)
	}
	archive := zipped(t, entry{"lib/", "", 0o755 | os.ModeDir}, entry{"lib/data", "x", 0o400}, entry{"bootstrap", "#!/bin/sh\n", 0o755})
	programs, err := built(t, dir, archive)
	if err != nil {
		t.Fatal(err)
	}
	if got := programs[plan.Code{Path: dir}]; got.Command[0] != filepath.Join(dir, "bootstrap") || got.Dir != dir {
		t.Errorf("%+v", got)
	}
	if text, err := os.ReadFile(filepath.Join(programs[plan.Code{Path: archive}].Dir, "lib", "data")); err != nil || string(text) != "x" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestBuildReportsAllFailures(t *testing.T) {
	t.Parallel()
	mod := "module m\n\ngo 1.26\n"
	outside := filepath.Join(t.TempDir(), "outside")
	for name, c := range map[string]struct{ path, want string }{
		"no package main":  {files(t, map[string]string{"go.mod": mod, "a.go": "package a\n"}), "contains no package main; set CodeUri"},
		"no Go":            {files(t, map[string]string{"go.mod": mod, "a.go": "package main\n\nfunc main() { x }\n"}), "a.go:3:15: undefined: x"},
		"a Makefile":       {files(t, map[string]string{"Makefile": ""}), "to use its Makefile, run sam build, then star run .aws-sam/build"},
		"nothing":          {files(t, map[string]string{"README": ""}), "contains neither Go source nor a bootstrap"},
		"not executable":   {files(t, map[string]string{"bootstrap": ""}), "set its mode to 755"},
		"no folder":        {filepath.Join(t.TempDir(), "none"), "no such file"},
		"no zip":           {filepath.Join(files(t, map[string]string{"a.zip": "x"}), "a.zip"), "cannot be read as a zip file"},
		"empty zip":        {zipped(t), "contains no bootstrap"},
		"zip of a folder":  {zipped(t, entry{"code/bootstrap", "", 0o755}), "contains no bootstrap"},
		"zip without mode": {zipped(t, entry{"bootstrap", "", 0o644}), "set its mode to 755"},
		"twice in a zip":   {zipped(t, entry{"bootstrap", "", 0o755}, entry{"bootstrap", "", 0o755}), "exists"},
		"way out":          {zipped(t, entry{"bootstrap", "", 0o755}, entry{"../outside", "", 0o755}), "a path outside of the archive"},
		"root":             {zipped(t, entry{outside, "", 0o755}), "a path outside of the archive"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "windows" && strings.HasSuffix(c.want, "755") {
				t.Skip("modes mean nothing here")
			}
			_, err := built(t, c.path, filepath.Join(t.TempDir(), "other"))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "other") {
				t.Errorf("want %q and the other folder's failure, got:\n%v", c.want, err)
			}
			if _, err := os.Stat(outside); err == nil {
				t.Error("a file was written outside")
			}
		})
	}
}

func TestBuildEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{"go.mod": "module m\n", "a.go": empty})
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	if _, err := builtBy(t, ctx, func(string) { cancel(enough) }, dir); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
}
