package job

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestDecode decodes the template of each archive in testdata. An archive has
// in.yaml, maybe parameters.yaml with the values of parameters, and what is
// expected: the problems, one a line after their places, and the jobs.
func TestDecode(t *testing.T) {
	t.Parallel()
	for _, file := range archives(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			template, parameters := inputs(t, archive)
			before := template.Clone()
			jobs, problems := Decode(template, parameters)
			if !bytes.Equal(cfn.EncodeJSON(template), cfn.EncodeJSON(before)) {
				t.Error("Decode changed its input")
			}
			checkPromises(t, jobs)
			expect(t, file, archive, "problems", problemText(problems))
			expect(t, file, archive, "jobs", dump(jobs))
		})
	}
}

func archives(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	return files
}

func section(archive *txtar.Archive, name string) *txtar.File {
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			return &archive.Files[i]
		}
	}
	return nil
}

func inputs(t *testing.T, archive *txtar.Archive) (*cfn.Node, map[string]*cfn.Node) {
	t.Helper()
	template, list := cfn.Parse(section(archive, "in.yaml").Data)
	if len(list) > 0 {
		t.Fatal(list.Text())
	}
	parameters := map[string]*cfn.Node{}
	if f := section(archive, "parameters.yaml"); f != nil {
		values, list := cfn.Parse(f.Data)
		if len(list) > 0 {
			t.Fatal(list.Text())
		}
		for _, e := range values.Entries {
			parameters[e.Key] = e.Value
		}
	}
	return template, parameters
}

// expect compares a section of the archive, which is absent where it would be
// empty.
func expect(t *testing.T, file string, archive *txtar.Archive, name, got string) {
	t.Helper()
	f := section(archive, name)
	if *update {
		rewrite(t, file, archive, name, got)
		return
	}
	want := ""
	if f != nil {
		want = string(f.Data)
	}
	if got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
	}
}

func rewrite(t *testing.T, file string, archive *txtar.Archive, name, got string) {
	t.Helper()
	var kept []txtar.File
	for _, f := range archive.Files {
		if f.Name != name {
			kept = append(kept, f)
		}
	}
	archive.Files = kept
	if got != "" {
		archive.Files = append(kept, txtar.File{Name: name, Data: []byte(got)})
	}
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func problemText(list diag.List) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%d:%d %s\n", d.Range.Start.Line, d.Range.Start.Column, d)
	}
	return b.String()
}
