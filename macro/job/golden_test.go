package job

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestDecode decodes the template of each archive in testdata. An archive has in.yaml,
// optionally the values of its parameters in parameters.yaml, and the expectations: the
// problems, one per line after their positions, and the jobs.
func TestDecode(t *testing.T) {
	t.Parallel()
	for file, archive := range archives(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			template, values := inputs(t, archive)
			before := template.Clone()
			jobs, problems := Decode(template, values)
			if !bytes.Equal(cfn.EncodeJSON(template), cfn.EncodeJSON(before)) {
				t.Error("Decode changed its input")
			}
			checkPromises(t, jobs)
			if *update {
				rewrite(t, file, archive, problemText(problems), dump(jobs))
				return
			}
			expect(t, archive, "problems", problemText(problems))
			expect(t, archive, "jobs", dump(jobs))
		})
	}
}

// archives are read once, because other tests read them while -update rewrites them.
func archives(t testing.TB) map[string]*txtar.Archive {
	t.Helper()
	all, err := readArchives()
	if err != nil || len(all) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	return all
}

var readArchives = sync.OnceValues(func() (map[string]*txtar.Archive, error) {
	files, err := filepath.Glob("testdata/*.txtar")
	all := map[string]*txtar.Archive{}
	for _, file := range files {
		if all[file], err = txtar.ParseFile(file); err != nil {
			break
		}
	}
	return all, err
})

func section(archive *txtar.Archive, name string) *txtar.File {
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			return &archive.Files[i]
		}
	}
	return nil
}

func inputs(t *testing.T, archive *txtar.Archive) (*cfn.Node, cfn.Values) {
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
	return template, cfn.NewValues(template, parameters)
}

// expect compares a section of the archive. An empty section is absent.
func expect(t *testing.T, archive *txtar.Archive, name, got string) {
	t.Helper()
	want := ""
	if f := section(archive, name); f != nil {
		want = string(f.Data)
	}
	if got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
	}
}

func rewrite(t *testing.T, file string, archive *txtar.Archive, problems, jobs string) {
	t.Helper()
	fresh := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		if f.Name == "in.yaml" || f.Name == "parameters.yaml" {
			fresh.Files = append(fresh.Files, f)
		}
	}
	for _, f := range []txtar.File{{Name: "problems", Data: []byte(problems)}, {Name: "jobs", Data: []byte(jobs)}} {
		if len(f.Data) > 0 {
			fresh.Files = append(fresh.Files, f)
		}
	}
	if err := os.WriteFile(file, txtar.Format(fresh), 0o644); err != nil {
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
