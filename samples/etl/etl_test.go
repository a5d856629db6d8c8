package main

import (
	"encoding/json"
	"go/build"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/serverless-star/starjob/runtime/startest"
	"github.com/serverless-star/starjob/samples/etl/measure"
)

// fixture unpacks testdata/tree.txtar.
func fixture(t *testing.T) (dir string) {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "tree.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	return dir
}

// job handles a tree in the three steps, item by item, each of them twice.
func job(t *testing.T, in tree) {
	t.Helper()
	extracted := done(t, startest.Run(t, Extract.Handle(extract), in, startest.Steps("transform")))
	for _, dir := range startest.Items(t, extracted, Transform) {
		once, again := startest.Twice(t, Transform.Handle(transform), dir, startest.Steps("load"))
		if !reflect.DeepEqual(done(t, once).Generated, done(t, again).Generated) {
			t.Errorf("%s: transform generated %v, then %v", dir.Directory, once.Generated, again.Generated)
		}
		for _, doc := range startest.Items(t, once, Load) {
			once, again := startest.Twice(t, Load.Handle(load), doc, startest.Steps())
			done(t, once)
			done(t, again)
		}
	}
}

func done(t *testing.T, r startest.Result) startest.Result {
	t.Helper()
	if r.Outcome != startest.Done {
		t.Fatalf("the item is %s: %v", r.Outcome, r.Err)
	}
	return r
}

// documents reads the files of a folder, which must all be documents.
func documents(t *testing.T, dir string) map[string]measure.Measures {
	t.Helper()
	found := map[string]measure.Measures{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var m measure.Measures
		if err := json.Unmarshal(text, &m); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		found[relative(t, dir, filepath.Dir(path))] = m
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// sequential finds and measures packages one after another, without a job, and with
// independent code for finding them.
func sequential(t *testing.T, root string) map[string]measure.Measures {
	t.Helper()
	found := map[string]*measure.Measures{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		hidden := strings.ContainsRune("._", rune(d.Name()[0]))
		if d.IsDir() {
			if hidden || d.Name() == "testdata" {
				return fs.SkipDir
			}
			return nil
		}
		if hidden || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		name := relative(t, root, filepath.Dir(path))
		if found[name] == nil {
			found[name] = measure.New(name)
		}
		found[name].Add(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]measure.Measures{}
	for name, m := range found {
		values[name] = *m
	}
	return values
}

func relative(t *testing.T, root, path string) string {
	t.Helper()
	name, err := filepath.Rel(root, path)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(name)
}

func destination(dir string) string { return fileURL(dir, "create_dir=true&metadata=skip") }

func TestFixture(t *testing.T) {
	t.Parallel()
	source, figures := fixture(t), filepath.Join(t.TempDir(), "figures")
	job(t, tree{fileURL(source, ""), destination(figures)})
	got := documents(t, figures)
	want := map[string]measure.Measures{
		".":        {Package: ".", Files: 1, Lines: 13, Exported: 1, Documented: 1, Imports: []string{"example.com/a", "os"}},
		"a":        {Package: "a", Files: 2, Lines: 14, Exported: 3, Imports: []string{"fmt", "os"}},
		"a/b":      {Package: "a/b", Files: 1, Lines: 6, Exported: 2, Documented: 1, Imports: []string{}, Broken: 1},
		"vendor/v": {Package: "vendor/v", Files: 1, Lines: 1, Imports: []string{}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if one := sequential(t, source); !reflect.DeepEqual(one, want) {
		t.Errorf("one after another: %+v\nwant %+v", one, want)
	}
}

// TestEqualsSequential compares the job with a sequential loop on real source: the folder
// go in the source of Go.
func TestEqualsSequential(t *testing.T) {
	t.Parallel()
	source, err := goSource(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	figures := filepath.Join(t.TempDir(), "figures")
	job(t, tree{source + "?prefix=go/", destination(figures)})
	got, want := documents(t, figures), sequential(t, filepath.Join(build.Default.GOROOT, "src", "go"))
	if len(want) < 15 {
		t.Errorf("only %d packages in %s", len(want), source)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

func TestNoSourceIsDropped(t *testing.T) {
	t.Parallel()
	empty := fileURL(t.TempDir(), "")
	r := startest.Run(t, Extract.Handle(extract), tree{Source: empty})
	if r.Outcome != startest.Dead || !strings.Contains(r.Err.Error(), empty) {
		t.Errorf("the item is %s: %v", r.Outcome, r.Err)
	}
}

func TestMissingSourceIsAnError(t *testing.T) {
	t.Parallel()
	r := startest.Run(t, Extract.Handle(extract), tree{Source: fileURL(filepath.Join(t.TempDir(), "none"), "")})
	if r.Outcome != startest.Retried || len(r.Generated) != 0 {
		t.Errorf("the item is %s: %v", r.Outcome, r.Err)
	}
}

func TestDefaults(t *testing.T) {
	t.Setenv("SOURCE", "s3://sources")
	t.Setenv("DESTINATION", "s3://figures")
	for _, c := range []struct{ in, want tree }{
		{tree{}, tree{"s3://sources", "s3://figures"}},
		{tree{Source: "s3://a"}, tree{"s3://a", "s3://figures"}},
		{tree{Destination: "s3://b"}, tree{"s3://sources", "s3://b"}},
	} {
		if got, err := c.in.orDefault(t.Context()); err != nil || got != c.want {
			t.Errorf("%v: got %v, %v, want %v", c.in, got, err, c.want)
		}
	}
}
