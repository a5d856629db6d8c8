// Package tests tests the entire product from outside: the macro's program
// (macro_test.go), the samples (samples_*_test.go), what the README shows, handlers in
// each language (languages*_test.go), and killed and interrupted runs. programs_test.go
// builds the programs and runs star. This file keeps the plan of imports.
package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/serverless-star/starjob"

// plan has the packages of this module that each package may import. A package
// that is not listed may not exist. Tests may import anything that is not below
// internal.
var plan = map[string][]string{
	"internal/suggest":          {},
	"macro/diag":                {},
	"macro/cfn":                 {"macro/diag", "internal/suggest"},
	"macro/job":                 {"internal/suggest", "macro/cfn", "macro/diag"},
	"macro/plan":                {"macro/job", "macro/cfn", "runtime/wire"},
	"macro/check":               {"macro/plan", "macro/job", "macro/cfn", "macro/diag", "runtime/wire"},
	"macro/expand":              {"internal/suggest", "macro/check", "macro/plan", "macro/job", "macro/cfn", "macro/diag", "runtime/wire"},
	"macro":                     {"macro/expand", "macro/cfn", "macro/diag"},
	"runtime/wire":              {},
	"runtime/internal/sqs":      {"runtime/wire"},
	"runtime/internal/backoff":  {},
	"runtime/internal/outbox":   {"runtime/internal/sqs", "runtime/internal/backoff", "runtime/wire"},
	"runtime/internal/event":    {"runtime/internal/sqs", "runtime/wire"},
	"runtime/internal/engine":   {"internal/suggest", "runtime/internal/event", "runtime/internal/outbox", "runtime/internal/backoff", "runtime/internal/sqs", "runtime/wire"},
	"runtime/internal/host":     {},
	"runtime/internal/hosttest": {},
	"runtime/star":              {"runtime/internal/engine", "runtime/wire"},
	"runtime/dispatch":          {"runtime/internal/host", "runtime/internal/engine", "runtime/wire"},
	"runtime/dispatch/*":        {"runtime/dispatch"},
	"runtime/layer":             {},
	"runtime/startest":          {"runtime/star", "runtime/internal/engine", "runtime/internal/sqs", "runtime/wire"},
	"local/queue/sqserr":        {},
	"local/queue":               {"local/queue/sqserr"},
	"local/queue/api":           {"local/queue", "local/queue/sqserr"},
	"local/queue/query":         {},
	"local/queue/protocol":      {"local/queue/api", "local/queue/query", "local/queue", "local/queue/sqserr"},
	"local/queue/queuetest":     {},
	"local/sandbox":             {},
	"local/arn":                 {},
	"local/filter":              {},
	"local/resolve":             {"internal/suggest", "local/arn", "macro/cfn", "macro/diag"},
	"local/plan":                {"local/resolve", "local/filter", "local/arn", "macro/cfn", "macro/diag"},
	"local/build":               {"local/plan", "macro/diag"},
	"local/function":            {"local/plan", "local/sandbox"},
	"local/mapping":             {"local/function", "local/plan", "local/filter", "local/arn", "local/queue", "local/sandbox"},
	"local/lambda":              {"local/function", "local/plan", "local/arn", "local/sandbox"},
	"local":                     {"local/lambda", "local/mapping", "local/function", "local/build", "local/plan", "local/resolve", "local/arn", "local/queue", "local/queue/protocol", "local/sandbox", "macro/cfn", "macro/diag"},
	"cli/diff":                  {"macro/expand", "macro/cfn"},
	"cli/display":               {},
	"cli/graph":                 {"macro/expand", "macro/cfn", "runtime/wire"},
	"cli":                       {"internal/suggest", "cli/diff", "cli/display", "cli/graph", "macro/expand", "macro/cfn", "macro/diag", "local", "runtime/dispatch", "runtime/layer", "runtime/wire"},
	"cli/star":                  {"cli"},
	"samples/*":                 {"runtime/star", "runtime/startest"},
	"samples/etl":               {"runtime/star", "runtime/startest", "samples/etl/measure"},
	"samples/etl/measure":       {},
	"tests":                     {},
	"tests/*":                   {"runtime/star"},
	"tests/bench":               {"macro/cfn", "macro/expand", "runtime/layer"},
	"tests/bench/*":             {"runtime/star"},
	"tests/bench/server":        {"local/queue", "local/queue/protocol"},
	"tests/fault":               {},
	"tests/functest":            {"local/queue", "local/queue/protocol"},
}

// source is one Go file of the module.
type source struct {
	dir, name string
	file      *ast.File
}

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

// sources parses all Go files in this process: a child's reads would escape the
// test cache, which would then answer with an old result.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(strings.TrimPrefix(p, ".."), string(filepath.Separator)))
		if d.IsDir() {
			if rel != "" && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{path.Dir(rel), path.Base(rel), file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("found only %d Go files: is the test in its place?", len(all))
	}
	return all
}

func planned(dir string) ([]string, bool) {
	if allowed, ok := plan[dir]; ok {
		return allowed, true
	}
	allowed, ok := plan[path.Dir(dir)+"/*"]
	return allowed, ok
}

func imports(f *ast.File) []string {
	var paths []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

func TestImportsFollowThePlan(t *testing.T) {
	for _, s := range sources(t) {
		allowed, ok := planned(s.dir)
		if !ok {
			t.Errorf("%s/%s: package %s is not in the plan", s.dir, s.name, s.dir)
			continue
		}
		if s.isTest() {
			continue
		}
		for _, imported := range imports(s.file) {
			inner, ours := strings.CutPrefix(imported, module+"/")
			if ours && !slices.Contains(allowed, inner) {
				t.Errorf("%s/%s imports %s; %s may import only %v", s.dir, s.name, inner, s.dir, allowed)
			}
		}
	}
}

// Rooms are small, so that names alone lead to the place of a behavior.
const (
	maxFiles       = 25 // of code in a package
	maxMethodFiles = 6  // that a type has its methods in
)

// manyFiles are the types that DESIGN.md gives a reason for.
var manyFiles = []string{"local/queue/queuetest.probe", "tests/bench.programs"}

func TestRoomsAreSmall(t *testing.T) {
	files := map[string]int{}
	methods := map[string]map[string]bool{} // type -> its files
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		files[s.dir]++
		for _, declaration := range s.file.Decls {
			method, ok := declaration.(*ast.FuncDecl)
			if !ok || method.Recv == nil {
				continue
			}
			name := s.dir + "." + receiverOf(method)
			if methods[name] == nil {
				methods[name] = map[string]bool{}
			}
			methods[name][s.name] = true
		}
	}
	for dir, n := range files {
		if n > maxFiles {
			t.Errorf("%s has %d files of code, want at most %d", dir, n, maxFiles)
		}
	}
	for name, in := range methods {
		if len(in) > maxMethodFiles && !slices.Contains(manyFiles, name) {
			t.Errorf("%s has its methods in %d files, want at most %d", name, len(in), maxMethodFiles)
		}
	}
	if len(methods) < 100 {
		t.Errorf("found only %d types with methods", len(methods))
	}
}

// TestLambdasStayLean keeps libraries that slow down cold starts out of the programs that
// run in AWS.
func TestLambdasStayLean(t *testing.T) {
	banned := []string{
		"github.com/aws/aws-sdk-go-v2/config", // the full configuration loader: the environment has all that a function needs
		"github.com/awslabs/goformation/v7",   // the root package links every service
		"gocloud.dev", "github.com/spf13/cobra", "github.com/jedib0t/go-pretty",
	}
	for _, s := range sources(t) {
		if s.isTest() || !(strings.HasPrefix(s.dir, "macro") || strings.HasPrefix(s.dir, "runtime")) {
			continue
		}
		for _, imported := range imports(s.file) {
			if slices.Contains(banned, imported) {
				t.Errorf("%s/%s imports %s", s.dir, s.name, imported)
			}
		}
	}
}

func TestEveryPackageHasOneComment(t *testing.T) {
	comments := map[string][]string{}
	for _, s := range sources(t) {
		if s.isTest() && s.dir != "tests" {
			continue
		}
		if _, ok := comments[s.dir]; !ok {
			comments[s.dir] = nil
		}
		if s.file.Doc != nil {
			comments[s.dir] = append(comments[s.dir], s.name)
		}
	}
	for dir, files := range comments {
		if len(files) != 1 {
			t.Errorf("package %s has %d package comments %v, want exactly one", dir, len(files), files)
		}
	}
}
