package expand_test

import (
	"bytes"
	"cmp"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/expand"
)

var update = flag.Bool("update", false, "rewrite the expectations of the goldens")

// golden is a file of testdata. It has the template in.yaml (or in.json), the values of
// its parameters in parameters.json, and the expectations: out.yaml, which is absent if
// there are errors, and problems.txt, which is absent if there are no problems.
type golden struct {
	path    string
	archive *txtar.Archive
}

func (g golden) file(name string) []byte {
	for _, f := range g.archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func (g golden) set(name string, data []byte) {
	for i, f := range g.archive.Files {
		if f.Name == name {
			g.archive.Files = append(g.archive.Files[:i], g.archive.Files[i+1:]...)
			break
		}
	}
	if len(data) > 0 {
		g.archive.Files = append(g.archive.Files, txtar.File{Name: name, Data: data})
	}
}

func (g golden) input(t *testing.T) (*cfn.Node, expand.Options) {
	t.Helper()
	input, problems := cfn.Parse(g.file("in.yaml"))
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	var o expand.Options
	if text := g.file("parameters.json"); text != nil {
		o.Parameters = parameters(t, text)
	}
	return input, o
}

func parameters(t *testing.T, text []byte) map[string]*cfn.Node {
	t.Helper()
	n, problems := cfn.ParseJSON(text)
	if problems.HasErrors() {
		t.Fatal(problems.Text())
	}
	values := map[string]*cfn.Node{}
	for _, e := range n.Entries {
		values[e.Key] = e.Value
	}
	return values
}

func goldens(t testing.TB) []golden {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	// The goldens in unknown have properties that cfn-lint does not know.
	unknown, unknownErr := filepath.Glob("testdata/unknown/*.txtar")
	if err := cmp.Or(err, unknownErr); err != nil || len(paths) == 0 || len(unknown) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	paths = append(paths, unknown...)
	all := make([]golden, len(paths))
	for i, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = golden{path, archive}
	}
	return all
}

func TestGoldens(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(filepath.Base(g.path), func(t *testing.T) {
			input, o := g.input(t)
			result, problems := expand.Template(input, o)
			var out []byte
			if !problems.HasErrors() {
				out = cfn.EncodeYAML(result.Template)
			}
			g.compare(t, "out.yaml", out)
			g.compare(t, "problems.txt", text(problems))
			if *update {
				if err := os.WriteFile(g.path, txtar.Format(g.archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func text(problems diag.List) []byte {
	if len(problems) == 0 {
		return nil
	}
	return []byte(problems.Text() + "\n")
}

func (g golden) compare(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		g.set(name, got)
		return
	}
	if want := g.file(name); !bytes.Equal(got, want) {
		t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
	}
}
