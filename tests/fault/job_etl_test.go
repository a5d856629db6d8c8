package fault

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/serverless-star/starjob/samples/etl/measure"
)

// etl is the sample etl with local folders. In the end, each package has its document, or
// one of the items that result in it is dead-lettered.
type etl struct {
	baseJob
	*source
	destination string
}

// source is a folder with Go packages.
type source struct {
	dir    string
	wanted map[string]string // the documents that are expected, by package
}

const (
	packages = 36
	// unwritable is a package whose document cannot be written.
	unwritable = "a/7"
)

func newSource(t *testing.T) *source {
	t.Helper()
	s := &source{t.TempDir(), map[string]string{}}
	for n := range packages {
		pkg := fmt.Sprintf("%c/%d", 'a'+n/10, n%10)
		figures := measure.New(pkg)
		for file := range 1 + n%3 {
			text := fmt.Sprintf("package p\n\nimport %q\n\n// F%d is documented.\nfunc F%d() {}\n%s", "fmt", n, n, strings.Repeat("\n", file))
			write(t, filepath.Join(s.dir, filepath.FromSlash(pkg), fmt.Sprintf("f%d.go", file)), text)
			figures.Add([]byte(text))
		}
		text, err := json.MarshalIndent(figures, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		s.wanted[pkg] = string(text)
	}
	return s
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Error(err)
	}
}

func newETL(t *testing.T, seed uint64, s *source) job {
	e := &etl{sampleScenario(seed), s, t.TempDir()}
	write(t, filepath.Join(e.document(unwritable), "in the way"), "")
	return e
}

func (e *etl) document(pkg string) string {
	return filepath.Join(e.destination, filepath.FromSlash(pkg), "measures.json")
}

func (*etl) steps() []step {
	return []step{{"extract", true, false}, {"transform", true, false}, {"load", true, false}}
}

func (e *etl) kickOff(string) (event, id string) {
	folder := func(dir, query string) string {
		u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(dir), "/"), RawQuery: query}
		return u.String()
	}
	return fmt.Sprintf(`{"step": "extract", "data": {"source": %q, "destination": %q}}`,
		folder(e.dir, ""), folder(e.destination, "metadata=skip&no_tmp_dir=true")), "extract "
}

// itemOf derives the ID from the step and the package.
func (*etl) itemOf(step, body string) item {
	var data struct {
		Directory string
		Measures  struct{ Package string }
	}
	json.Unmarshal([]byte(body), &data)
	return item{ID: step + " " + strings.TrimSuffix(data.Directory, "/") + data.Measures.Package}
}

func (*etl) mayGenerate(id, child string) bool {
	pkg, ok := strings.CutPrefix(id, "transform ")
	return ok && child == "load "+pkg || id == "extract " && strings.HasPrefix(child, "transform ")
}

func (e *etl) missing(id string, sent map[string]bool) string {
	var all []string
	if pkg, ok := strings.CutPrefix(id, "transform "); ok {
		all = append(all, "load "+pkg)
	}
	for pkg := range e.wanted {
		if id == "extract " {
			all = append(all, "transform "+pkg)
		}
	}
	for _, child := range all {
		if !sent[child] {
			return child
		}
	}
	return ""
}

func (*etl) mayFail(d *delivery) bool { return d.id == "load "+unwritable }

// hasEffect reports whether the document of an item of load was written.
func (e *etl) hasEffect(d *delivery) bool {
	pkg, ok := strings.CutPrefix(d.id, "load ")
	return !ok || e.loaded(pkg)
}

func (e *etl) loaded(pkg string) bool {
	text, err := os.ReadFile(e.document(path.Clean(pkg)))
	return err == nil && string(text) == e.wanted[pkg]
}

// judgeEnd checks that each package has a document, or a dead letter that says why not.
func (e *etl) judgeEnd(l *ledger) {
	for pkg := range e.wanted {
		dead := false
		for _, id := range []string{"extract ", "transform " + pkg, "load " + pkg} {
			dead = dead || l.historyOf(id).dead
		}
		if !dead && !e.loaded(pkg) {
			l.violateLocked("the package %s was not loaded, and nothing says why", pkg)
		}
	}
}
