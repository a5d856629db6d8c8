package tests

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/samples/etl/measure"
)

// goSource is the source of the Go installation, which the README's first
// command works on too.
func goSource(t *testing.T) string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(filepath.Join(strings.TrimSpace(string(root)), "src"))
	if err != nil {
		t.Skip("no Go source at hand: ", err)
	}
	return dir
}

// sequential measures all packages below root one after another, as a program
// without StarJob would.
func sequential(t *testing.T, root string) map[string]measure.Measures {
	t.Helper()
	figures := map[string]measure.Measures{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		hidden := p != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_"))
		switch {
		case d.IsDir() && (hidden || name == "testdata"):
			return fs.SkipDir
		case d.IsDir() || hidden || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(p))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(dir)
		m, known := figures[pkg]
		if !known {
			m = *measure.New(pkg)
		}
		m.Add(source)
		figures[pkg] = m
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(figures) < 10 {
		t.Fatalf("only %d packages in %s", len(figures), root)
	}
	return figures
}

// documents reads the JSON files that a job wrote, by what name says of each.
func documents[T any](t *testing.T, dir string, name func(T) string) map[string]T {
	t.Helper()
	all := map[string]T{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		var document T
		if err := json.Unmarshal(text, &document); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		all[name(document)] = document
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func loaded(t *testing.T, dir string) map[string]measure.Measures {
	t.Helper()
	return documents(t, dir, func(m measure.Measures) string { return m.Package })
}

// equal demands that a job's documents hold what a sequential program found.
func equal(t *testing.T, got, want map[string]measure.Measures) {
	t.Helper()
	for pkg, figures := range want {
		if m, ok := got[pkg]; !ok {
			t.Errorf("%s was not loaded", pkg)
		} else if !reflect.DeepEqual(m, figures) {
			t.Errorf("%s: loaded %+v, want %+v", pkg, m, figures)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d packages were loaded, want %d", len(got), len(want))
	}
}

// etl is the arguments of a run of the ETL sample.
func etl(source, destination string, more ...string) []string {
	file := func(dir, query string) string {
		u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(dir), "/"), RawQuery: query}
		return u.String()
	}
	overrides := "Source=" + file(source, "") + " Destination=" + file(destination, "create_dir=true&metadata=skip")
	return append([]string{"run", "../samples/etl", "--parameter-overrides", overrides}, more...)
}

// TestETLEqualsSequential runs the sample that the README shows.
func TestETLEqualsSequential(t *testing.T) {
	t.Parallel()
	source, destination := goSource(t), t.TempDir()
	ran := star(t, etl(source, destination)...)
	if ran.code != 0 {
		t.Fatalf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
	equal(t, loaded(t, destination), sequential(t, source))
}
