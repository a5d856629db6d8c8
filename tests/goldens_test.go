package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// archives are where the goldens of goldens.md are, by the first word of their
// names there. All of those that must be complete are named there.
var archives = map[string]struct {
	dir      string
	complete bool
}{
	"expand": {"../macro/expand/testdata", true},
	"job":    {"../macro/job/testdata", true},
	"check":  {"../cli/testdata/diagnostics", true},
	"star":   {"../cli/testdata/script", false},
}

// TestGoldensAreNamed holds that goldens.md names what exists, and every golden.
func TestGoldensAreNamed(t *testing.T) {
	page, err := os.ReadFile("goldens.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| .+ \\| (`.+`) \\|$").FindAllStringSubmatch(string(page), -1) {
		for _, name := range strings.Fields(strings.ReplaceAll(row[1], "`", "")) {
			named[name] = true
			shown(t, name)
		}
	}
	for word, a := range archives {
		for _, pattern := range []string{"*.txtar", "*/*.txtar"} {
			files, err := filepath.Glob(filepath.Join(a.dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				name := word + filepath.ToSlash(strings.TrimSuffix(file[len(filepath.FromSlash(a.dir)):], ".txtar"))
				if a.complete && !named[name] {
					t.Errorf("goldens.md does not name %s", name)
				}
			}
		}
	}
}

// shown wants a name of goldens.md to lead to something.
func shown(t *testing.T, name string) {
	t.Helper()
	word, rest, _ := strings.Cut(name, "/")
	if a, ok := archives[word]; ok {
		if _, err := os.Stat(filepath.Join(a.dir, rest+".txtar")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	if strings.HasSuffix(name, ".py") {
		if _, err := os.Stat(filepath.Join("..", name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	dir, test, _ := strings.Cut(name, ".")
	files, err := filepath.Glob(filepath.Join("..", dir, "*_test.go"))
	if err != nil || !slices.ContainsFunc(files, func(file string) bool {
		source, err := os.ReadFile(file)
		return err == nil && strings.Contains(string(source), "func "+test+"(t *testing.T)")
	}) {
		t.Errorf("there is no test %s: %v", name, err)
	}
}
