package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/serverless-star/starjob/macro/diag"
)

const diagnostics = "testdata/diagnostics"

// TestDiagnostics runs the scripts of testdata/diagnostics, one for each code:
// the smallest template that causes it, and what a person then reads.
func TestDiagnostics(t *testing.T) {
	job, err := filepath.Abs("testdata/job")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           diagnostics,
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			return os.Symlink(job, filepath.Join(e.WorkDir, "job"))
		},
	})
}

// TestExamplesOfDiagnosticsAreOutput expects each example of a message in
// docs/diagnostics.md to be a part of a script's output.
func TestExamplesOfDiagnosticsAreOutput(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/diagnostics.md")
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := filepath.Glob(diagnostics + "/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var output []byte
	for _, path := range scripts {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		output = append(output, text...)
	}
	examples := regexp.MustCompile("(?ms)^```text\\n(.*?)^```$").FindAllSubmatch(page, -1)
	if len(examples) == 0 {
		t.Fatal("no examples")
	}
	for _, example := range examples {
		if !bytes.Contains(output, example[1]) {
			t.Errorf("no script in %s shows\n%s", diagnostics, example[1])
		}
	}
}

// shownElsewhere are the codes that no local template causes.
var shownElsewhere = map[string]string{
	"STAR005": "../tests/testdata/macro/snippet.json", // only CloudFormation calls macros for parts of templates
	"STAR099": "../macro/main_test.go",                // an internal error: no template is known to cause it
}

// TestEveryCodeIsShown: each code has a script with its name that shows it with its
// title. A test of package diag compares codes and titles with the documentation.
func TestEveryCodeIsShown(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../macro/diag/code.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`"(STAR\d{3})"`).FindAllStringSubmatch(string(source), -1)
	if len(codes) < 30 {
		t.Fatalf("found only %d codes", len(codes))
	}
	scripts, err := filepath.Glob(diagnostics + "/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range codes {
		code := c[1]
		path, shown := filepath.Join(diagnostics, code+".txtar"), regexp.MustCompile("(?m)^(.*(error|warning) "+code+" "+regexp.QuoteMeta(diag.Code(code).Title())+": |stderr '"+code+"')")
		if other, ok := shownElsewhere[code]; ok {
			path, shown = other, regexp.MustCompile(code)
		}
		if text, err := os.ReadFile(path); err != nil || !shown.Match(text) {
			t.Errorf("%s does not show %s: %v", path, code, err)
		}
		scripts = slices.DeleteFunc(scripts, func(s string) bool { return s == path })
	}
	if len(scripts) > 0 {
		t.Errorf("no code is called as %v", scripts)
	}
}
