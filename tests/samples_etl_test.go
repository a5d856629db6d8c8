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

// TestETLEqualsSequential runs the sample that the README shows, and checks that its
// documents are those of a sequential program.
func TestETLEqualsSequential(t *testing.T) {
	t.Parallel()
	source, destination := goSource(t), t.TempDir()
	ran := star(t, etl(source, destination)...)
	if ran.code != 0 {
		t.Fatalf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
	wantEqual(t, loaded(t, destination), sequential(t, source))
}

// etl returns the arguments of a run of the ETL sample.
func etl(source, destination string, more ...string) []string {
	file := func(dir, query string) string {
		u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(dir), "/"), RawQuery: query}
		return u.String()
	}
	overrides := "Source=" + file(source, "") + " Destination=" + file(destination, "create_dir=true&metadata=skip")
	return append([]string{"run", "../samples/etl", "--parameter-overrides", overrides}, more...)
}

// goSource returns the folder of the Go installation's source, which the README's
// first command reads too.
func goSource(t *testing.T) string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(filepath.Join(strings.TrimSpace(string(root)), "src"))
	if err != nil {
		t.Skip("the Go source is not installed: ", err)
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

// loaded reads the documents that the ETL sample has written, by package.
func loaded(t *testing.T, dir string) map[string]measure.Measures {
	t.Helper()
	return documents(t, dir, func(m measure.Measures) string { return m.Package })
}

// wantEqual checks that the documents of a job are those of a sequential program.
func wantEqual(t *testing.T, got, want map[string]measure.Measures) {
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

func TestPythonETLCountsEveryText(t *testing.T) {
	t.Parallel()
	needs(t, "python3")
	source, destination := t.TempDir(), t.TempDir()
	want := map[string]count{}
	for n := range 60 {
		name := fmt.Sprintf("part%d/text%d.txt", n%5, n)
		text := "Über allen Gipfeln\nist Ruh, RUH\n"
		for range n {
			text += "warte nur\n"
		}
		writeFile(t, filepath.Join(source, name), text)
		want[name] = count{Name: name, Lines: 2 + n, Words: 6 + 2*n, Different: 5 + 2*min(n, 1)}
	}
	writeFile(t, filepath.Join(source, "part0/empty.md"), "")
	want["part0/empty.md"] = count{Name: "part0/empty.md"}
	writeFile(t, filepath.Join(source, "part0/picture.png"), "\x89PNG")
	writeFile(t, filepath.Join(source, "part0/broken.txt"), "\xff\xfe\x00")

	ran := star(t, "run", "../samples/etl-python", "--json", "--parameter-overrides", "Source="+source+" Destination="+destination)
	if ran.code != 1 { // there is a dead letter
		t.Fatalf("exit code %d\n%s%s", ran.code, ran.stdout, ran.stderr)
	}
	if f := figures(t, ran.stdout)["transform"]; f.Dead != 1 || f.Succeeded != len(want) {
		t.Errorf("transform: %+v", f)
	}
	got := documents(t, destination, func(c count) string { return c.Name })
	for name, w := range want {
		g := got[name]
		if g.Name != w.Name || g.Lines != w.Lines || g.Words != w.Words || g.Different != w.Different {
			t.Errorf("%s: got %+v, want %+v", name, g, w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d documents, want %d", len(got), len(want))
	}
}

// count is the document that the Python sample writes for a file.
type count struct {
	Name         string
	Lines, Words int
	Different    int
	Most         [][2]any
}

// documents reads the JSON files below a folder, by the name of each.
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
