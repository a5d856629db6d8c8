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

// template is a template's source and what it came to.
type template struct {
	name       string // for messages
	dir        string
	source     []byte
	parameters map[string]*cfn.Node
	layer      string // the ARN of StarJob's layer; empty for the one of the macro's stack
	expanded   expand.Result
	input      *cfn.Node
	problems   diag.List
}

// fromInput is the name of a template that came from standard input.
const fromInput = "standard input"

// path is the template's file, absolute; empty where it came from standard input,
// or the folder that this process runs in is gone.
func (l *template) path() string {
	path, err := filepath.Abs(l.name)
	if l.name == fromInput || err != nil {
		return ""
	}
	return path
}

// templateNames are what a folder is searched for.
var templateNames = [...]string{"template.yaml", "template.yml", "template.json"}

// load reads the template that a command was given and expands it. Its problems
// are left to the caller; an error means that there is no template to read.
func (t *terminal) load(args []string, overrides map[string]string) (*template, error) {
	loaded, err := t.readArgument(args)
	if err == nil {
		loaded.expand(overrides)
	}
	return loaded, err
}

// readArgument reads the template that a command was given.
func (t *terminal) readArgument(args []string) (*template, error) {
	where := "."
	if len(args) > 0 {
		where = args[0]
	}
	return t.read(where)
}

func (t *terminal) read(where string) (*template, error) {
	if where == "-" {
		source, err := io.ReadAll(t.stdin)
		return &template{name: fromInput, dir: ".", source: source}, err
	}
	path, err := find(where)
	if err != nil {
		return nil, err
	}
	source, err := os.ReadFile(path)
	return &template{name: path, dir: filepath.Dir(path), source: source}, err
}

func find(where string) (string, error) {
	info, err := os.Stat(where)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no template %s", where)
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
	return "", fmt.Errorf("the folder %s holds no template.yaml, template.yml or template.json; name the template's file", where)
}

func (l *template) expand(overrides map[string]string) {
	l.input, l.problems = cfn.Parse(l.source)
	if l.problems.HasErrors() {
		return
	}
	problems := complete(l.input)
	l.problems = append(l.problems, problems...)
	l.parameters, problems = local.Parameters(l.input, overrides)
	l.problems = append(l.problems, problems...)
	l.expanded, problems = expand.Template(l.input, expand.Options{Parameters: l.parameters, Layer: l.layer})
	l.problems = append(l.problems, problems...)
}

// complete reports a template that CloudFormation refuses as a whole. What a
// transform of its own may add to it is not known here.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
func complete(template *cfn.Node) diag.List {
	if template.Get("Fn::Transform") != nil || len(template.Get("Resources").Keys()) > 0 {
		return nil
	}
	return diag.List{{
		Code: diag.Structure, Path: "Resources", Range: template.KeyRange("Resources"),
		Problem: "the template has no resources, and CloudFormation takes none without", Fix: "declare one below Resources, such as a Star::Job",
	}}
}

// usable renders the template's errors, if it has any, and fails with them.
func (l *template) usable(t *terminal) error {
	if !l.problems.HasErrors() {
		return nil
	}
	return l.refuse(t, l.problems.Errors())
}

// refuse renders problems that end a command.
func (l *template) refuse(t *terminal, problems diag.List) error {
	diag.Render(t.stderr, l.name, l.source, problems, t.color(t.stderr))
	return exit(exitProblems)
}
