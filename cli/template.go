package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/serverless-star/starjob/local"
	"github.com/serverless-star/starjob/macro/cfn"
	"github.com/serverless-star/starjob/macro/diag"
	"github.com/serverless-star/starjob/macro/expand"
)

// template is a template's source and, after expand, what it expands to.
type template struct {
	name   string // for messages
	dir    string
	source []byte
	layer  string // the ARN of StarJob's layer; empty for the one of the macro's stack

	input      *cfn.Node
	parameters map[string]*cfn.Node
	expanded   expand.Result
	problems   diag.List
}

// fromInput is the name of a template from standard input.
const fromInput = "standard input"

// path is the absolute path of the template's file. It is empty if the template
// came from standard input, or if the current folder has been removed.
func (t *template) path() string {
	path, err := filepath.Abs(t.name)
	if t.name == fromInput || err != nil {
		return ""
	}
	return path
}

// templateNames are the files that a folder is searched for.
var templateNames = [...]string{"template.yaml", "template.yml", "template.json"}

// loadTemplate reads and expands the template that a command was given. Its
// problems are left to the caller; an error means that there is no template to
// read.
func loadTemplate(std *stdio, args []string, overrides map[string]string) (*template, error) {
	t, err := readTemplate(std, templateArgument(args))
	if err == nil {
		t.expand(overrides)
	}
	return t, err
}

// templateArgument returns where to find the template: by default, in the current
// folder.
func templateArgument(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return "."
}

// readTemplate reads a template from a file, a folder, or - for standard input.
func readTemplate(std *stdio, where string) (*template, error) {
	if where == "-" {
		source, err := io.ReadAll(std.in)
		return &template{name: fromInput, dir: ".", source: source}, err
	}
	path, err := findTemplate(where)
	if err != nil {
		return nil, err
	}
	source, err := os.ReadFile(path)
	return &template{name: path, dir: filepath.Dir(path), source: source}, err
}

func findTemplate(where string) (string, error) {
	info, err := os.Stat(where)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("template %s does not exist", where)
	}
	if err != nil || !info.IsDir() {
		return where, err
	}
	for _, name := range templateNames {
		path := filepath.Join(where, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("folder %s contains no template.yaml, template.yml or template.json; pass the file of the template", where)
}

// expand parses the source and expands its jobs. Problems are collected from all
// stages; after a syntax error, there is no expansion.
func (t *template) expand(overrides map[string]string) {
	t.input, t.problems = cfn.Parse(t.source)
	if t.problems.HasErrors() {
		return
	}
	t.problems = append(t.problems, checkResources(t.input)...)
	var problems diag.List
	t.parameters, problems = local.Parameters(t.input, overrides)
	t.problems = append(t.problems, problems...)
	t.expanded, problems = expand.Template(t.input, expand.Options{Parameters: t.parameters, Layer: t.layer})
	t.problems = append(t.problems, problems...)
}

// checkResources reports a template without resources, which CloudFormation
// rejects. A transform of the template may add some, which is not known locally.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
func checkResources(template *cfn.Node) diag.List {
	if template.Get("Fn::Transform") != nil || len(template.Get("Resources").Keys()) > 0 {
		return nil
	}
	return diag.List{{
		Code: diag.Structure, Path: "Resources", Range: template.KeyRange("Resources"),
		Problem: "the template has no resources, but CloudFormation requires at least one", Fix: "declare a resource under Resources, such as a Star::Job",
	}}
}

// requireValid prints the template's errors, if it has any, and fails with them.
func (t *template) requireValid(std *stdio) error {
	if !t.problems.HasErrors() {
		return nil
	}
	return t.reject(std, t.problems.Errors())
}

// reject prints the problems that keep a command from using the template, and
// returns the command's error.
func (t *template) reject(std *stdio, problems diag.List) error {
	t.printDiagnostics(std, std.err, problems)
	return exit(exitProblems)
}

// printDiagnostics is the only place that prints diagnostics.
func (t *template) printDiagnostics(std *stdio, w io.Writer, problems diag.List) {
	diag.Render(w, t.name, t.source, problems, std.colored(w))
}
