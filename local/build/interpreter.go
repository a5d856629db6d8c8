package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/serverless-star/starjob/local/plan"
	"github.com/serverless-star/starjob/macro/diag"
)

// interpreter is a local program that replaces managed runtimes.
type interpreter struct {
	path    string
	version version
}

// interpreters are the interpreters that were found.
type interpreters struct {
	dir         string   // that they are run in
	environment []string // that they are run with
	found       map[string]interpreter
}

func newInterpreters(o Options) interpreters {
	return interpreters{o.Dir, environment(o.Inherit), map[string]interpreter{}}
}

// FindInterpreters finds the interpreters that functions need, and reports those
// that are missing or too old, once each.
func (b *Builder) FindInterpreters(ctx context.Context, functions []*plan.Function) diag.List {
	var problems diag.List
	for _, f := range functions {
		name := f.Code.Interpreter
		if _, done := b.interpreters.found[name]; done || name == "" {
			continue
		}
		found, problem := b.interpreters.find(ctx, name)
		if problem != "" && ctx.Err() == nil {
			problems = append(problems, diag.Diagnostic{
				Code: diag.NotRunHere, Path: f.Path.String(), Range: f.CodeRange,
				Problem: f.Code.Runtime + " requires " + name + ", " + problem, Fix: install(f.Code.Runtime, name),
			})
		}
		b.interpreters.found[name] = found
	}
	return problems
}

// Notes returns notes for a person about how the interpreters differ from AWS, once
// for each runtime.
func (b *Builder) Notes(functions []*plan.Function) []string {
	var notes []string
	note := func(format string, arguments ...any) {
		if text := fmt.Sprintf(format, arguments...); !slices.Contains(notes, text) {
			notes = append(notes, text)
		}
	}
	for _, f := range functions {
		name, runtime := f.Code.Interpreter, f.Code.Runtime
		if name == "" {
			continue
		}
		here := b.interpreters.found[name].version
		if wanted, _ := readVersion(runtime); here.compare(wanted) < 0 {
			note("%s %s is older than the runtime %s of the template: newer features are missing locally", name, here, runtime)
		}
		if f.Layers > 1 {
			note("skipping layers other than the one with %s: install their contents locally", f.Code.Wrapper)
		}
	}
	return notes
}

// find finds an interpreter and its version, or returns its problem.
func (i interpreters) find(ctx context.Context, name string) (found interpreter, problem string) {
	path, err := exec.LookPath(name)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return found, "which is not on the PATH"
	}
	if path, err = filepath.Abs(path); err != nil {
		return found, "which cannot be found: " + err.Error()
	}
	text, err := i.run(ctx, path, "--version")
	if err != nil {
		return found, strings.TrimSpace(fmt.Sprintf("but %s --version fails: %v\n%s", path, err, text))
	}
	here, ok := readVersion(text)
	switch {
	case !ok:
		return found, fmt.Sprintf("but %s --version prints no version: %s", path, text)
	case here.compare(languages[name].oldest) < 0:
		return found, fmt.Sprintf("but %s is %s (required: %s or later)", path, text, languages[name].oldest)
	}
	return interpreter{i.behindScript(ctx, name, path), here}, ""
}

// behindScript returns the interpreter itself if path is a script that looks it up.
// Version managers install such scripts, which take longer than the rest of a
// function's start.
func (i interpreters) behindScript(ctx context.Context, name, path string) string {
	if !isScript(path) {
		return path
	}
	real, err := i.run(ctx, path, languages[name].pathOf...)
	if err != nil || !filepath.IsAbs(real) || !strings.HasPrefix(filepath.Base(real), strings.TrimRight(name, "3")) {
		return path
	}
	return real
}

func isScript(path string) bool {
	program, err := os.Open(path)
	if err != nil {
		return false
	}
	defer program.Close()
	start := make([]byte, 2)
	_, err = io.ReadFull(program, start)
	return err == nil && string(start) == "#!"
}

// runTimeout is how long an interpreter may take to answer.
const runTimeout = 30 * time.Second

// run runs an interpreter as functions run it, and returns what it prints.
func (i interpreters) run(ctx context.Context, path string, arguments ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, path, arguments...)
	command.Dir, command.Env, command.WaitDelay = i.dir, i.environment, time.Second
	output, err := command.CombinedOutput()
	return strings.TrimSpace(string(output)), err
}
