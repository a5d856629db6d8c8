package build

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestSourcesOfAFolder(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{
		"app.py": "", "jobs/a.py": "", "jobs/__pycache__/a.pyc": "", "node_modules/x/index.js": "", ".git/HEAD": "", "jobs/deep/b.txt": "",
	})
	var got []string
	for _, source := range folders(dir) {
		path, err := filepath.Rel(dir, source.Path)
		if err != nil || source.Kind != AllFiles {
			t.Errorf("%v, %v", source, err)
		}
		got = append(got, path)
	}
	if text := strings.Join(got, " "); text != ". jobs "+filepath.Join("jobs", "deep") {
		t.Error(text)
	}
	if got := folders(filepath.Join(dir, "none")); len(got) != 1 {
		t.Errorf("%v", got) // so that the watcher reports what is wrong
	}
}

func TestSourceHas(t *testing.T) {
	t.Parallel()
	dir := string(filepath.Separator) + "src"
	for name, want := range map[string][3]bool{ // a file main.go, Go files, all files
		"main.go":        {true, true, true},
		"other.go":       {false, true, true},
		"main_test.go":   {false, false, true},
		"app.py":         {false, false, true},
		".app.py.swp":    {false, false, false},
		"app.py~":        {false, false, false},
		"node_modules":   {false, false, false},
		"__pycache__":    {false, false, false},
		"jobs/main.go":   {false, false, false},
		"../src2/app.py": {false, false, false},
	} {
		for i, source := range []Source{{filepath.Join(dir, "main.go"), File}, {dir, GoFiles}, {dir, AllFiles}} {
			if got := source.Has(filepath.Join(dir, name)); got != want[i] {
				t.Errorf("%v has %s: %v", source, name, got)
			}
		}
	}
}

func TestChangedIgnoresWhatIsNotASource(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{"app.py": "", "__pycache__/app.pyc": ""})
	b, source := &Builder{}, Source{dir, AllFiles}
	if !b.Changed(source) {
		t.Error("a later change is not reported")
	}
	if err := os.Remove(filepath.Join(dir, "app.py")); err != nil {
		t.Fatal(err)
	}
	if b.Changed(source) || b.Changed(Source{filepath.Join(dir, "app.py"), File}) {
		t.Error("a file that is not a source, or a missing one, is reported")
	}
}

func TestSourcesOfAModule(t *testing.T) {
	t.Parallel()
	got := packages(t.Context(), "..")
	for _, want := range []Source{{"../queue", GoFiles}, {"../sandbox", GoFiles}, {"../../go.mod", File}} {
		path, err := filepath.Abs(want.Path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(got, Source{path, want.Kind}) {
			t.Errorf("no %s in %v", path, got)
		}
	}
	for _, source := range got {
		if strings.Contains(source.Path, "/pkg/mod/") {
			t.Errorf("%s does not change", source.Path)
		}
	}
}
